"""The online key, out of Secrets Manager; root and targets keys are never there."""

import boto3
from securesystemslib.signer import Signer

from cloud.keys import KeyName, MissingKeyError, signer_of


class SecretKeys:
    """As `cloud.keys.Keys`, for the online key alone: a secret that holds its PEM."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def signer(self, name: KeyName) -> Signer:
        """As `Keys.signer`."""
        if name != "online":
            raise MissingKeyError(name)
        found = boto3.client("secretsmanager").get_secret_value(SecretId=self._secret)
        return signer_of(found["SecretString"].encode())
