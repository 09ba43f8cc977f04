"""The web server of the playground: who may come in, how much may be asked, and how messages and frames travel.

It knows nothing of networks: a session is what :class:`halfmoon.playground.server.contract.Session` says.
"""
