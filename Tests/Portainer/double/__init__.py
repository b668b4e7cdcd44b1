"""A server that answers as Portainer CE does, for tests: see ../README.md."""
