"""Prints a ledger as JSON lines. Written from Schemas/log-record.md alone, to prove that it is enough.

Usage: read_ledger.py DIR
"""

import hashlib
import json
import struct
import sys

import lmdb

HEADER = struct.Struct("<BBBBIqqQII16s")


def make_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = make_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def rows(environment, transaction, name):
    database = environment.open_db(name.encode(), txn=transaction, create=False)
    with transaction.cursor(db=database) as cursor:
        yield from ((bytes(key), bytes(value)) for key, value in cursor)


def event(key, record):
    (version, kind, direction, flags, station, received_at, recorded_at, previous, source, crc,
     salt) = HEADER.unpack_from(record)
    covered = key + record[:36] + bytes(4) + record[40:]
    return {
        "position": int.from_bytes(key, "big"),
        "version": version,
        "kind": kind,
        "direction": direction,
        "flags": flags,
        "station": station,
        "received_at": received_at,
        "recorded_at": recorded_at,
        "previous": previous,
        "source": source,
        "crc_ok": crc32c(covered) == crc,
        "salt": salt.hex(),
        "body": record[HEADER.size:].decode(),
    }


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf(record, station_name):
    header = bytearray(record[:40])
    erased = header[3] & 2
    header[3] &= ~2
    header[36:40] = bytes(4)
    commitment = record[56:] if erased else sha256(record[40:])
    return sha256(b"\0" + bytes(header) + sha256(station_name) + commitment)


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root(leaves[:left]) + root(leaves[left:]))


def tree(environment, transaction):
    """The head of the tree from the records, and whether the rows of the tree agree with it."""
    stations = {int.from_bytes(k, "big"): v for k, v in rows(environment, transaction, "stations")}
    leaves = [
        leaf(record, stations.get(struct.unpack_from("<I", record, 4)[0], b""))
        for _, record in rows(environment, transaction, "events")
    ]
    expected = {}
    for group in range(len(leaves) // 256):
        end = (group + 1) * 256
        sizes = [256 << i for i in range(64) if end % (256 << i) == 0]
        expected[group] = b"".join(root(leaves[end - size:end]) for size in sizes)
    stored = {int.from_bytes(k, "big"): v for k, v in rows(environment, transaction, "tree")}
    frontier = struct.pack("<Q", len(leaves))
    begin = 0
    for level in reversed(range(64)):
        if len(leaves) >> level & 1:
            frontier += root(leaves[begin:begin + (1 << level)])
            begin += 1 << level
    meta = dict(rows(environment, transaction, "meta"))
    return {
        "size": len(leaves),
        "root": root(leaves).hex(),
        "rows_ok": stored == expected and meta[b"tree"] == frontier,
    }


def names(environment, transaction, table, reverse):
    by_number = {int.from_bytes(k, "big"): v.decode() for k, v in rows(environment, transaction, table)}
    by_name = {k.decode(): int.from_bytes(v, "little") for k, v in rows(environment, transaction, reverse)}
    assert by_name == {name: number for number, name in by_number.items()}
    return [by_number[number] for number in sorted(by_number)]


def event_ids(environment, transaction, meta):
    """The ids that are remembered, oldest first, each with its position."""
    if b"event_ids" not in meta:
        return []
    count, window, checksum = struct.unpack("<QQI", meta[b"event_ids"])
    assert crc32c(meta[b"event_ids"][:16]) == checksum
    slots = {}
    for key, value in rows(environment, transaction, "event_ids"):
        assert crc32c(key + value[:24]) == int.from_bytes(value[24:], "little")
        slots[int.from_bytes(key, "big")] = value[:24]
    assert len(slots) == min(count, window)
    remembered = [slots[number % window] for number in range(max(0, count - window), count)]
    return [[value[:16].hex(), int.from_bytes(value[16:], "little")] for value in remembered]


def main(directory):
    with open(directory + "/ledger.json", encoding="utf-8") as file:
        assert json.load(file)["format_version"] == 2
    environment = lmdb.open(directory + "/log", max_dbs=9, map_size=1 << 40, readonly=True)
    with environment.begin() as transaction:
        for key, record in rows(environment, transaction, "events"):
            print(json.dumps(event(key, record)))
        meta = dict(rows(environment, transaction, "meta"))
        print(json.dumps({
            "stations": names(environment, transaction, "stations", "station_ids"),
            "sources": names(environment, transaction, "sources", "source_ids"),
            "heads": [
                [int.from_bytes(key, "big"), *struct.unpack("<QqQ", value)]
                for key, value in rows(environment, transaction, "heads")
            ],
            "totals": struct.unpack("<Qqq", meta[b"totals"]),
            "event_ids": event_ids(environment, transaction, meta),
            "tree": tree(environment, transaction),
        }))


main(sys.argv[1])
