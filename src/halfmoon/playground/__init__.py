"""The playground: the library itself, live in a browser.

``session`` knows networks and nothing of the web, ``server`` the web and nothing of networks, and ``page`` is what a browser shows.
"""
