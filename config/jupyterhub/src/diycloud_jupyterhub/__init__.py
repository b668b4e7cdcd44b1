"""JupyterHub's side of DIY Cloud Bridge: one sign-in, one quota, one switch-off.

``authenticator.DIYCloudAuthenticator`` says who somebody is, ``spawner.DIYCloudSpawner`` what they may use, and
``python -m diycloud_jupyterhub.revocation`` carries a sign-out or a switch-off into servers that already run.
"""

__version__ = "0.1.0"
