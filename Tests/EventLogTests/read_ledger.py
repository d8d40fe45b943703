"""Prints a ledger as JSON lines. Written from Schemas/log-record.md alone, to prove that it is enough.

Usage: read_ledger.py DIR
"""

import ctypes
import hashlib
import json
import os
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


def tree(environment, transaction, events, roots):
    """The head of the tree from the records, and whether the rows of the tree agree with it."""
    stations = {int.from_bytes(k, "big"): v for k, v in rows(environment, transaction, "stations")}
    leaves = [
        leaf(record, stations.get(struct.unpack_from("<I", record, 4)[0], b""))
        for _, record in events
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
        "rows_ok": stored == expected and meta[b"tree"] == frontier
        and all(root(leaves[:size]) == given for size, given in roots.items()),
    }


ZSTD = ctypes.CDLL("libzstd.so.1")
ZSTD.ZSTD_createDCtx.restype = ctypes.c_void_p
ZSTD.ZSTD_decompress_usingDict.restype = ctypes.c_size_t
ZSTD.ZSTD_decompress_usingDict.argtypes = [
    ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t,
    ctypes.c_char_p, ctypes.c_size_t]
CONTEXT = ZSTD.ZSTD_createDCtx()
BLOCK = struct.Struct("<IIQIIIIII")


def decompress(frame, size, dictionary=b""):
    target = ctypes.create_string_buffer(max(size, 1))
    written = ZSTD.ZSTD_decompress_usingDict(
        CONTEXT, target, size, frame, len(frame), dictionary, len(dictionary))
    assert written == size
    return target.raw[:size]


def varints(data, offset, count):
    values = []
    for _ in range(count):
        value = shift = 0
        while True:
            byte = data[offset]
            offset += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        values.append(value)
    return values, offset


def times(differences):
    time = 0
    for value in differences:
        time += -(value + 1) // 2 if value & 1 else value // 2
        time = (time + (1 << 63)) % (1 << 64) - (1 << 63)
        yield time


def records(key, block, dictionary):
    """The keys and records of the events in a block."""
    (version, crc, first, count, stored_columns, columns_size, stored_bodies, bodies_size,
     records_crc) = BLOCK.unpack_from(block)
    assert version == 1 and crc32c(key + block[:4] + block[8:]) == crc
    assert int.from_bytes(key, "big") == first + count - 1
    columns_start = BLOCK.size + 16 * count
    bodies_start = columns_start + stored_columns
    assert len(block) == bodies_start + stored_bodies
    columns = decompress(block[columns_start:bodies_start], columns_size)
    bodies = decompress(block[bodies_start:], bodies_size, dictionary)
    stations, offset = varints(columns, 3 * count, count)
    sources, offset = varints(columns, offset, count)
    received, offset = varints(columns, offset, count)
    recorded, offset = varints(columns, offset, count)
    distances, offset = varints(columns, offset, count)
    sizes, offset = varints(columns, offset, count)
    assert offset == len(columns)
    received, recorded = list(times(received)), list(times(recorded))
    crcs, start = b"", 0
    for index in range(count):
        position = first + index
        previous = position - distances[index] if distances[index] else 0
        body = bodies[start:start + sizes[index]]
        start += sizes[index]
        salt = block[BLOCK.size + 16 * index:][:16]
        fields = [1, columns[index], columns[count + index], columns[2 * count + index],
                  stations[index], received[index], recorded[index], previous, sources[index]]
        key = position.to_bytes(8, "big")
        crc = crc32c(key + HEADER.pack(*fields, 0, salt) + body)
        crcs += struct.pack("<I", crc)
        yield key, HEADER.pack(*fields, crc, salt) + body
    assert crc32c(crcs) == records_crc


def sealed(directory, through, uuid, roots):
    """The keys and records of all sealed events; adds to roots what segments say of the tree."""
    position = 0
    for name in sorted(os.listdir(directory + "/segments")) if through else []:
        if not name.isdigit() or int(name) > through:
            continue
        environment = lmdb.open(
            f"{directory}/segments/{name}", max_dbs=2, readonly=True, lock=False)
        with environment.begin() as transaction:
            info = dict(rows(environment, transaction, "info"))
            dictionary = info[b"dictionary"]
            version, checksum, first, last, blocks, ledger, tree_root, own = struct.unpack(
                "<IIQQQ36s32sI", info[b"info"])
            assert version == 1 and own == crc32c(info[b"info"][:100])
            assert checksum == crc32c(dictionary) and ledger.decode() == uuid
            assert first == int(name) == position + 1 and last % 4096 == 0
            count = 0
            for key, block in rows(environment, transaction, "blocks"):
                count += 1
                for key, record in records(key, block, dictionary):
                    position += 1
                    assert int.from_bytes(key, "big") == position
                    yield key, record
            assert count == blocks and position == last
            roots[last] = tree_root
    assert position == through


def sealed_through(meta):
    if b"sealed" not in meta:
        return 0
    position, crc = struct.unpack("<QI", meta[b"sealed"])
    assert crc == crc32c(b"sealed" + meta[b"sealed"][:8])
    return position


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
        ledger = json.load(file)
        assert ledger["format_version"] == 2
    environment = lmdb.open(directory + "/log", max_dbs=9, map_size=1 << 40, readonly=True)
    with environment.begin() as transaction:
        meta = dict(rows(environment, transaction, "meta"))
        through = sealed_through(meta)
        roots = {}
        events = list(sealed(directory, through, ledger["uuid"], roots)) + [
            row for row in rows(environment, transaction, "events")
            if int.from_bytes(row[0], "big") > through
        ]
        for key, record in events:
            print(json.dumps(event(key, record)))
        print(json.dumps({
            "stations": names(environment, transaction, "stations", "station_ids"),
            "sources": names(environment, transaction, "sources", "source_ids"),
            "heads": [
                [int.from_bytes(key, "big"), *struct.unpack("<QqQ", value)]
                for key, value in rows(environment, transaction, "heads")
            ],
            "totals": struct.unpack("<Qqq", meta[b"totals"]),
            "event_ids": event_ids(environment, transaction, meta),
            "tree": tree(environment, transaction, events, roots),
        }))


main(sys.argv[1])
