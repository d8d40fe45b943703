"""Prints a backup as JSON lines. Written from Schemas/dump.md and Schemas/log-record.md alone, to prove
that they are enough.

Usage: read_dump.py DIR
"""

import hashlib
import json
import os
import struct
import subprocess
import sys

RECORD = struct.Struct("<BBBBIqqQII16s")


def make_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = make_table()


def crc32c(data, continued=0):
    crc = continued ^ 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def sha256(data):
    return hashlib.sha256(data).digest()


class Content:
    """The bytes of a frame, read from the front."""

    def __init__(self, data):
        self.data = data
        self.offset = 0

    def take(self, count):
        assert self.offset + count <= len(self.data)
        self.offset += count
        return self.data[self.offset - count:self.offset]

    def number(self, form):
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))[0]

    def text(self):
        length = shift = 0
        while True:
            byte = self.take(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return self.take(length).decode()

    def at_end(self):
        return self.offset == len(self.data)


class State:
    """The state of a log."""

    def __init__(self):
        self.position = 0
        self.subtrees = []
        self.body_bytes = 0
        self.first_received = 2**63 - 1
        self.log_time = -(2**63)
        self.stations = self.sources = 0

    @classmethod
    def read(cls, content):
        state = cls()
        state.position = content.number("Q")
        state.subtrees = [content.take(32) for _ in range(bin(state.position).count("1"))]
        state.body_bytes = content.number("Q")
        state.first_received = content.number("q")
        state.log_time = content.number("q")
        state.stations = content.number("I")
        state.sources = content.number("I")
        return state

    def append(self, leaf):
        size = self.position
        while size & 1:
            leaf = sha256(b"\x01" + self.subtrees.pop() + leaf)
            size >>= 1
        self.subtrees.append(leaf)
        self.position += 1

    def root(self):
        if not self.subtrees:
            return sha256(b"")
        root = self.subtrees[-1]
        for subtree in reversed(self.subtrees[:-1]):
            root = sha256(b"\x01" + subtree + root)
        return root


def frames(path):
    """The frames of a part, each with a checksum that is right."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:15] == b"wattledger-dump" and data[15] == 1
    crc, offset = crc32c(data[:16]), 16
    while offset < len(data):
        kind, length, stored, expected = struct.unpack_from("<4sIII", data, offset)
        body = data[offset + 16:offset + 16 + stored]
        assert len(body) == stored
        crc = crc32c(body, crc32c(data[offset:offset + 12], crc))
        assert crc == expected
        content = subprocess.run(["zstd", "-dcq"], input=body, stdout=subprocess.PIPE, check=True).stdout
        assert len(content) == length
        yield kind.decode(), Content(content)
        offset += 16 + stored


class Reader:
    def __init__(self):
        self.state = State()
        self.streams = {}
        self.ids = []

    def part(self, path):
        first, last = (int(number) for number in os.path.basename(path).split(".")[0].split("-"))
        self.names = {(0, 0): "", (1, 0): ""}
        ids, ended = len(self.ids), False
        for kind, content in frames(path):
            assert not ended
            if kind == "HEAD":
                self.uuid, self.created_by = content.text(), content.text()
                assert vars(State.read(content)) == vars(self.state)
                assert first == self.state.position + 1
            elif kind == "NAME":
                self.name(content)
            elif kind == "RECS":
                assert content.number("Q") == self.state.position + 1
                while not content.at_end():
                    self.record(content.take(content.number("I")))
            elif kind == "EVID":
                self.window, number = content.number("Q"), content.number("Q")
                while not content.at_end():
                    self.ids.append([content.number("Q"), content.take(16).hex(), number])
                    number += 1
            else:
                assert kind == "LAST"
                assert content.number("Q") == len(self.ids) - ids
                assert vars(State.read(content)) == vars(self.state)
                assert last == self.state.position
                ended = True
            assert content.at_end()
        assert ended

    def name(self, content):
        while not content.at_end():
            table, number, name = content.take(1)[0], content.number("I"), content.text()
            self.names[table, number] = name
            if table == 0:
                self.state.stations = max(self.state.stations, number)
            else:
                self.state.sources = max(self.state.sources, number)

    def record(self, record):
        (version, kind, direction, flags, station, received, recorded, previous, source, crc,
         salt) = RECORD.unpack_from(record)
        position, body = self.state.position + 1, record[RECORD.size:]
        covered = position.to_bytes(8, "big") + record[:36] + bytes(4) + record[40:]
        assert crc32c(covered) == crc
        assert previous == self.streams.get(station, 0)
        self.streams[station] = position
        entry = record[:36] + bytes(4) + sha256(self.names[0, station].encode()) + sha256(salt + body)
        self.state.append(sha256(b"\x00" + entry))
        self.state.body_bytes += len(body)
        self.state.first_received = min(self.state.first_received, received)
        if received <= recorded + 86_400_000:
            self.state.log_time = max(self.state.log_time, received)
        print(json.dumps({
            "position": position, "kind": kind, "station": self.names[0, station],
            "source": self.names[1, source], "received_at": received, "body": body.decode(),
        }))


def main(directory):
    reader = Reader()
    for name in sorted(os.listdir(directory)):
        if name.endswith(".wattledger-dump"):
            reader.part(os.path.join(directory, name))
    print(json.dumps({
        "uuid": reader.uuid, "created_by": reader.created_by, "root": reader.state.root().hex(),
        "stations": reader.state.stations, "sources": reader.state.sources, "event_ids": reader.ids,
    }))


main(sys.argv[1])
