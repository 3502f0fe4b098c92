"""A proxy before a server: what is between, and may stop passing on what one side says."""

import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, unquote

SOCKET = ".s.PGSQL.5432"


class Proxy:
    """Passes on what comes and goes through a socket of its own.

    Args:
        address: of the server, as `a_server` gives it.
        folder: where its own socket is to be.
    """

    def __init__(self, address: str, folder: Path) -> None:
        before, _, host = address.partition("?host=")
        self.address = f"{before}?host={quote(str(folder), safe='')}"
        self._server = str(Path(unquote(host)) / SOCKET)
        self._mine = socket.socket(socket.AF_UNIX)
        self._mine.bind(str(folder / SOCKET))
        self._mine.listen()
        self._ends: dict[socket.socket, socket.socket] = {}
        self._said: dict[socket.socket, bytes] = {}
        self._silent: set[socket.socket] = set()
        self._is_cut = False
        self._lock = threading.Lock()
        self._over = threading.Event()

    def silence(self, word: bytes) -> int:
        """Pass nothing on any more where a client said this; neither side is told. Count them."""
        with self._lock:
            clients = [client for client, said in self._said.items() if word in said]
            self._silent.update(clients, map(self._ends.__getitem__, clients))
            self._said = {one: said for one, said in self._said.items() if one not in clients}
            return len(clients)

    def cut(self) -> None:
        """Swallow whatever anybody says from now on; neither side is told."""
        self._is_cut = True

    def heal(self) -> None:
        """Pass on again; who was connected meanwhile is told, as by a router that forgot them."""
        with self._lock:
            for end in self._ends:
                with suppress(OSError):  # it is closed already
                    end.shutdown(socket.SHUT_RDWR)
            self._is_cut = False

    def run(self) -> None:
        """Pass on, until it is over."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._mine, selectors.EVENT_READ)
            while not self._over.is_set():
                for key, _ in waiting.select(0.05):
                    if key.fileobj is self._mine:
                        for end in self._accepted():
                            waiting.register(end, selectors.EVENT_READ)
                    elif isinstance(key.fileobj, socket.socket) and not self._passed(key.fileobj):
                        waiting.unregister(key.fileobj)
        for end in (self._mine, *self._ends):
            end.close()

    def stop(self) -> None:
        """Say that it is over."""
        self._over.set()

    def _accepted(self) -> Sequence[socket.socket]:
        """Return the two ends of a new connection; none where the server is away."""
        client, _ = self._mine.accept()
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._server)
        except OSError:
            client.close()
            server.close()
            return ()
        with self._lock:
            self._ends |= {client: server, server: client}
            self._said[client] = b""
        return client, server

    def _passed(self, end: socket.socket) -> bool:
        """Pass on what one end said; say whether it goes on."""
        try:
            said = end.recv(65_536)
            with self._lock:
                if end in self._said:
                    self._said[end] += said
                if self._is_cut or end in self._silent:
                    return bool(said)
            if said:
                self._ends[end].sendall(said)
            else:
                self._ends[end].shutdown(socket.SHUT_WR)
        except OSError:  # one of the two is gone, and the other is told
            with suppress(OSError):
                self._ends[end].shutdown(socket.SHUT_RDWR)
            return False
        return bool(said)


@contextmanager
def a_proxy(address: str, folder: Path) -> Iterator[Proxy]:
    """Run a proxy as long as the context lasts."""
    proxy = Proxy(address, folder)
    running = threading.Thread(target=proxy.run)
    running.start()
    try:
        yield proxy
    finally:
        proxy.stop()
        running.join()
