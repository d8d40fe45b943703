"""Frames of OCPP 1.6 and 2.0.1 folded into sessions and costs, as one writes it in an afternoon.

It knows no lost stops, late frames, register resets or doubled messages: the traffic that it is
given has none.
"""

import json
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

START_FEE = Decimal("0.50")
PRICE_PER_KWH = Decimal("0.45")


class Session:
    def __init__(self, station, connector, token, started_at, register):
        self.station, self.connector, self.token = station, connector, token
        self.started_at = self.ended_at = datetime.fromisoformat(started_at)
        self.first_register = self.register = register
        self.readings = []
        self.is_open = True

    def read(self, timestamp, register, power=None):
        self.ended_at = datetime.fromisoformat(timestamp)
        self.register = register
        self.readings.append((self.ended_at.isoformat(), register, power))

    @property
    def energy_wh(self):
        return self.register - self.first_register

    @property
    def cost(self):
        # OCPI charges each step that was begun, and these are of a watt-hour.
        steps = self.energy_wh.to_integral_value(rounding=ROUND_CEILING)
        exact = START_FEE + PRICE_PER_KWH * steps / 1000
        return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)

    def row(self):
        seconds = int((self.ended_at - self.started_at).total_seconds())
        return (
            self.station, self.connector, self.token, self.started_at.isoformat(), seconds,
            not self.is_open, str(self.energy_wh), str(self.cost),
        )

    def reading_rows(self):
        for at, register_wh, power_w in self.readings:
            yield at, str(register_wh), None if power_w is None else str(power_w)


class Fold:
    def __init__(self):
        self.sessions = []
        self.transactions = {}  # by station and transaction id
        self.starting = {}  # by station and message id: a StartTransaction without its answer

    def apply(self, station, frame):
        message = json.loads(frame, parse_float=Decimal)
        if message[0] == 3:
            started = self.starting.pop((station, message[1]), None)
            if started:
                self.transactions[station, message[2]["transactionId"]] = started
        elif message[0] == 2:
            handler = getattr(self, message[2], None)
            if handler:
                handler(station, message[1], message[3])

    def begin(self, *values):
        session = Session(*values)
        self.sessions.append(session)
        return session

    # OCPP 1.6

    def StartTransaction(self, station, message_id, call):
        self.starting[station, message_id] = self.begin(
            station, call["connectorId"], call["idTag"], call["timestamp"],
            Decimal(call["meterStart"]))

    def MeterValues(self, station, _, call):
        session = self.transactions.get((station, call.get("transactionId")))
        if session:
            self.read_values(session, call["meterValue"])

    def StopTransaction(self, station, _, call):
        session = self.transactions.pop((station, call["transactionId"]))
        session.read(call["timestamp"], Decimal(call["meterStop"]))
        session.is_open = False

    # OCPP 2.0.1

    def TransactionEvent(self, station, _, call):
        key = station, call["transactionInfo"]["transactionId"]
        values = call.get("meterValue", [])
        if call["eventType"] == "Started":
            evse = call["evse"]["id"]
            self.transactions[key] = self.begin(
                station, evse, call["idToken"]["idToken"], call["timestamp"],
                sampled(values[0], REGISTER))
        session = self.transactions[key]
        self.read_values(session, values)
        if call["eventType"] == "Ended":
            del self.transactions[key]
            session.is_open = False

    def read_values(self, session, values):
        for value in values:
            register = sampled(value, REGISTER)
            if register is not None:
                session.read(value["timestamp"], register, sampled(value, POWER))


REGISTER, POWER = "Energy.Active.Import.Register", "Power.Active.Import"


def sampled(value, measurand):
    """What was measured, in Wh or W; None if the value does not have it."""
    for sample in value["sampledValue"]:
        if sample.get("measurand", REGISTER) == measurand:
            unit = sample.get("unit") or sample.get("unitOfMeasure", {}).get("unit", "")
            return Decimal(sample["value"]) * (1000 if unit.startswith("k") else 1)
    return None
