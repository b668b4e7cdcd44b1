#!/usr/bin/env python3
"""Writes manual pages of section 8 from what a program says of itself: man_pages.py PROGRAM DIRECTORY

The program is asked with --experimental-dump-help of swift-argument-parser: one page for it, and one for each of its
commands with the commands below it. What is hidden from --help has no page. Dates come from SOURCE_DATE_EPOCH
(reproducible-builds.org).
"""

import json
import os
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path


def roff(text: str) -> str:
    """Text as groff_man(7) wants it: nothing in it is a request or an escape."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in lines)


def paragraphs(text: str) -> str:
    """A discussion: paragraphs are filled, blocks with indented lines stay as they are."""
    blocks = []
    for block in textwrap.dedent(text).strip("\n").split("\n\n"):
        if block.rstrip().endswith(":") and "\n" not in block and block.isupper():
            blocks.append(".PP\n\\fB" + roff(block) + "\\fR")
        elif any(line.startswith(" ") for line in block.split("\n")):
            blocks.append(".PP\n.nf\n" + roff(block) + "\n.fi")
        else:
            blocks.append(".PP\n" + roff(block))
    return "\n".join(blocks)


def shown(items: list[dict]) -> list[dict]:
    return [item for item in items if item.get("shouldDisplay", True)]


def spelled(name: dict) -> str:
    return ("-" if name["kind"] in ("short", "longWithSingleDash") else "--") + name["name"]


def usage(argument: dict) -> str:
    """An argument in the synopsis."""
    value = f"\\fI{roff(argument.get('valueName') or 'value')}\\fR"
    if argument["kind"] == "positional":
        text = value
    else:
        text = f"\\fB{roff(spelled(argument['preferredName']))}\\fR"
        if argument["kind"] == "option":
            text += " " + value
    if argument.get("isRepeating"):
        text += " ..."
    return f"[{text}]" if argument.get("isOptional") else text


def described(argument: dict) -> str:
    """An argument in the list of options."""
    value = f"\\fI{roff(argument.get('valueName') or 'value')}\\fR"
    if argument["kind"] == "positional":
        term = value
    else:
        names = ", ".join(f"\\fB{roff(spelled(name))}\\fR" for name in argument["names"])
        term = names + (f" {value}" if argument["kind"] == "option" else "")
    text = argument.get("abstract") or ""
    if values := argument.get("allValues"):
        text += f" One of {', '.join(values)}."
    if (default := argument.get("defaultValue")) and "(default:" not in text:
        text += f" Default: {default}."
    if more := argument.get("discussion"):
        text += "\n" + more
    return f".TP\n{term}\n{roff(text.strip())}"


def options(command: dict) -> list[dict]:
    return [a for a in shown(command.get("arguments", [])) if a.get("valueName") not in ("help", "version")]


def section(words: list[str], command: dict, level: str) -> list[str]:
    """A command below the one that the page is of."""
    lines = [f"{level} {roff(' '.join(words))}", roff(command.get("abstract", ""))]
    lines += [".PP", " ".join([f"\\fB{roff(' '.join(words))}\\fR", *map(usage, options(command))])]
    if discussion := command.get("discussion"):
        lines.append(paragraphs(discussion))
    lines += [described(argument) for argument in options(command)]
    for inner in below(command):
        lines += section([*words, inner["commandName"]], inner, level)
    return lines


def below(command: dict) -> list[dict]:
    return [c for c in shown(command.get("subcommands", [])) if c["commandName"] != "help"]


def page(words: list[str], command: dict, version: str, date: str, others: list[str]) -> str:
    name = "-".join(words)
    lines = [
        f'.TH {roff(name.upper())} 8 "{date}" "DIY Cloud Bridge {version}" "System Administration"',
        # Names of files are not divided, and lines not stretched.
        ".nh\n.ad l",
        ".SH NAME",
        f"{roff(name)} \\- {roff((command.get('abstract') or words[-1]).rstrip('.'))}",
        ".SH SYNOPSIS",
        " ".join([f"\\fB{roff(' '.join(words))}\\fR", *map(usage, options(command))]),
    ]
    if len(words) == 1:
        lines[-1] += " \\fIcommand\\fR ..."
    if discussion := command.get("discussion"):
        lines += [".SH DESCRIPTION", paragraphs(discussion)]
    if found := options(command):
        lines += [".SH OPTIONS", *map(described, found)]
    if inner := below(command):
        lines.append(".SH COMMANDS")
        if len(words) == 1:
            for each in inner:
                title = f"\\fB{roff(name)}\\-{roff(each['commandName'])}\\fR(8)"
                lines.append(f".TP\n{title}\n{roff(each.get('abstract', ''))}")
        else:
            for each in inner:
                lines += section([*words, each["commandName"]], each, ".SS")
    lines += [".SH EXIT STATUS", "0 done, 1 failed, 2 \\-\\-dry\\-run found something to do, 64 wrong usage."]
    if others:
        lines += [".SH SEE ALSO", ",\n".join(f"\\fB{roff(other)}\\fR(8)" for other in others)]
    return "\n".join(lines) + "\n"


def main() -> None:
    program, directory = sys.argv[1], Path(sys.argv[2])
    said = subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True, text=True).stdout
    root = json.loads(said)["command"]
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or datetime.now(UTC).timestamp())
    date = datetime.fromtimestamp(epoch, UTC).date().isoformat()
    name = root["commandName"]
    pages = {name: ([name], root)}
    for command in below(root):
        pages[f"{name}-{command['commandName']}"] = ([name, command["commandName"]], command)
    directory.mkdir(parents=True, exist_ok=True)
    for title, (words, command) in pages.items():
        others = [other for other in pages if other != title] if title == name else [name]
        (directory / f"{title}.8").write_text(page(words, command, version, date, others))


if __name__ == "__main__":
    main()
