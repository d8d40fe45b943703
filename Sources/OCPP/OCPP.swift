// OCPP
