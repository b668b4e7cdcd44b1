"""Where costly parts stay between runs: one directory or file for each content that ever went into it."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE = Path("/var/cache/diycloud-bridge/guest")


@contextmanager
def one_run_at_a_time() -> Iterator[None]:
    """One run at a time: two must not build, or tidy away, the same part, nor share two processors."""
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left_over in CACHE.glob("run-*"):
            _remove(left_over)
        yield


def digest(*parts: str | Path) -> str:
    """Of texts, and of files and directories with their names and modes; what Python leaves behind does not count."""
    sha = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            sha.update(f"text {part}\0".encode())
            continue
        for file in sorted(_files(part)):
            sha.update(f"file {file.relative_to(part.parent)} {file.stat().st_mode:o}\0".encode())
            sha.update(hashlib.sha256(file.read_bytes()).digest())
    return sha.hexdigest()[:16]


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return (file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def kept(kind: str, key: str, build: Callable[[Path], None]) -> Path:
    """The cached `kind` of this key; `build` makes it where there is none, and its older versions go."""
    wanted = CACHE / f"{kind}-{key}"
    if wanted.exists():
        return wanted
    for old in CACHE.glob(f"{kind}-*"):
        _remove(old)
    unfinished = CACHE / f"unfinished-{kind}"
    _remove(unfinished)
    build(unfinished)
    unfinished.rename(wanted)
    return wanted


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
