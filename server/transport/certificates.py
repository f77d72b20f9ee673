"""The certificate of the port: read anew when its files have changed, so that a renewed one needs no restart."""

import logging
import os
import ssl
from typing import TypeAlias

logger = logging.getLogger(__name__)

_Identity: TypeAlias = tuple[tuple[int, int], ...]


class Certificates:
    """A certificate chain and its key, in PEM files; `key` None: the key is in the chain's file."""

    def __init__(self, chain: str, key: str | None) -> None:
        self._chain, self._key = chain, key
        self._identity: _Identity = ()
        self._newest: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """Make what a port is opened with: each connection gets the certificate that is there when it begins.

        Raises:
            OSError: a file cannot be read.
            ssl.SSLError: they are no certificate and its key.
        """
        self._identity = self._identify()
        self._newest = context = self._read()
        context.sni_callback = self._choose
        return context

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._chain, self._key)
        return context

    def _identify(self) -> _Identity:
        states = [os.stat(path) for path in (self._chain, self._key) if path]
        return tuple((state.st_ino, state.st_mtime_ns) for state in states)

    def _choose(self, connection: ssl.SSLObject, _: str | None, __: ssl.SSLContext) -> None:
        """Give a connection that begins the newest certificate; one that cannot be read leaves the last in place."""
        try:
            identity = self._identify()
            if identity != self._identity:
                self._identity = identity
                self._newest = self._read()
                logger.info("the certificate %s was read again", self._chain)
        except (OSError, ssl.SSLError) as error:
            logger.error("the certificate %s cannot be read again: %s; the last one stays", self._chain, error)
        if self._newest is not None:
            connection.context = self._newest
