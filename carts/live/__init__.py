"""A cart's connection at work: from accepted messages to journal writes and answers.

`consumers` (the socket) -> `connection` (one cart) -> `trip` (engine and basket) -> `write` -> `journal` (the disk).
`hub` knows all connections of this process, listens to nudges and polls what a lost nudge left.
"""
