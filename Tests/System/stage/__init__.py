"""A throw-away host: real accounts, PAM, nginx, JupyterHub and the bridge, inside namespaces of their own.

Standard library only, because the demo uses it before anything is installed.
"""
