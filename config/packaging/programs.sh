#!/bin/bash
# The programs of a release, one a line: the executable products of Package.swift.
sed -n 's/.*\.executable(name: "\([^"]*\)".*/\1/p' "$(dirname "${BASH_SOURCE[0]}")/../../Package.swift"
