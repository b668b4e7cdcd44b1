"""A Debian guest under qemu's software emulation: its disks, kept in a cache, and one run of a story in it.

Standard library only, because it runs before anything is installed.
"""
