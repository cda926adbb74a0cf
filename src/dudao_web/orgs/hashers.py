"""How one-time passwords are kept.

They are random (87 bits) and short-lived, so a slow hash protects nothing, and three hundred accounts can be made in
one request. Checking one takes as long as checking any other, so that the time of an answer says nothing.
"""

import secrets

from django.contrib.auth.hashers import PBKDF2PasswordHasher

# No 0/O, 1/l/I: a one-time password is read from paper.
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, GROUP = 3, 5


def one_time_password() -> str:
    """Three groups of five random characters, e.g. kX7pQ-3mRaT-wZ9dH; to be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


class OneTimeHasher(PBKDF2PasswordHasher):
    """PBKDF2 with few rounds, for random passwords only."""

    algorithm = "one_time"
    iterations = 1000

    def verify(self, password: str, encoded: str) -> bool:
        usual = PBKDF2PasswordHasher()
        usual.encode(password, usual.salt())
        return super().verify(password, encoded)
