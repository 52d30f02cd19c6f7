"""What stops a backup or a restore, in words that say what to do."""


class BackupError(Exception):
    """Nothing was changed; the text says why and what to do."""
