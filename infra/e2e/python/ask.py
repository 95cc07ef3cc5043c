"""A NATS client on a bare socket: reads requests as JSON lines, prints each reply as a JSON line.

    python3 ask.py HOST PORT
    in:  {"address": "edict.v1.decide.default", "base64": "<payload>"}
    out: {"headers": {"Nats-Service-Error-Code": "400"}, "text": "<reply>"}

It shows what the contract asks of a client: the NATS protocol, JSON, and nothing of ours.
"""

import base64
import json
import secrets
import socket
import sys


class Nats:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=10)
        self.input = self.socket.makefile("rb")
        self.inbox = "_INBOX." + secrets.token_hex(11)
        self.input.readline()  # INFO
        self.send(b'CONNECT {"verbose":false,"headers":true,"no_responders":true,"lang":"python"}\r\n')
        self.send(b"SUB %s.* 1\r\n" % self.inbox.encode())
        self.requests = 0

    def send(self, data):
        self.socket.sendall(data)

    def request(self, address, payload):
        self.requests += 1
        reply = f"{self.inbox}.{self.requests}"
        self.send(f"PUB {address} {reply} {len(payload)}\r\n".encode() + payload + b"\r\n")
        while True:
            words = self.input.readline().decode().split()
            if not words:
                raise ConnectionError("the server closed the connection")
            if words[0] == "PING":
                self.send(b"PONG\r\n")
            elif words[0] == "-ERR":
                raise ConnectionError(" ".join(words))
            elif words[0] in ("MSG", "HMSG"):
                header_size = int(words[-2]) if words[0] == "HMSG" else 0
                content = self.input.read(int(words[-1]) + 2)[:-2]
                if words[1] == reply:
                    return content[:header_size], content[header_size:]


def headers_of(block):
    lines = block.decode().split("\r\n")[1:]
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines if ":" in line)}


def main():
    nats = Nats(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        order = json.loads(line)
        headers, body = nats.request(order["address"], base64.b64decode(order["base64"]))
        print(json.dumps({"headers": headers_of(headers), "text": body.decode()}), flush=True)


if __name__ == "__main__":
    main()
