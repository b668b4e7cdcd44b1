"""A host with a Docker engine, people and the guard between them. Only inside an enclosure; see run.py."""
