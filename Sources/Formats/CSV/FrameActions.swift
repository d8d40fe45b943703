import Glibc

/// Who may send which action, for logs that do not say who sent a frame.
enum FrameActions {
  /// Who sends a CALL.
  enum Sender {
    case station
    case backEnd
    /// DataTransfer, and actions that OCPP 1.6, 2.0.1 and 2.1 do not have.
    case unknown
  }

  /// The sender of the CALLs with this action.
  ///
  /// - Complexity: O(log of the number of actions), without an allocation.
  static func sender(ofAction action: UnsafeRawBufferPointer) -> Sender {
    if contains(fromStation, action) { return .station }
    if contains(fromBackEnd, action) { return .backEnd }
    return .unknown
  }

  private static func contains(_ sorted: [StaticString], _ action: UnsafeRawBufferPointer) -> Bool {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      let order = compare(sorted[middle], action)
      if order == 0 { return true }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return false
  }

  /// Negative, 0 or positive as `name` sorts before, equals or sorts after `action`, byte by byte.
  private static func compare(_ name: StaticString, _ action: UnsafeRawBufferPointer) -> Int {
    let shared = min(name.utf8CodeUnitCount, action.count)
    if shared > 0, let base = action.baseAddress {
      let order = memcmp(name.utf8Start, base, shared)
      if order != 0 { return Int(order) }
    }
    return name.utf8CodeUnitCount - action.count
  }

  /// Sorted. OCPP 1.6 with its security extension, 2.0.1 and 2.1.
  static let fromStation: [StaticString] = [
    "Authorize", "BatterySwap", "BootNotification", "ClearedChargingLimit",
    "ClosePeriodicEventStream", "DiagnosticsStatusNotification", "FirmwareStatusNotification",
    "Get15118EVCertificate", "GetCertificateChainStatus", "GetCertificateStatus", "Heartbeat",
    "LogStatusNotification", "MeterValues", "NotifyChargingLimit", "NotifyCustomerInformation",
    "NotifyDERAlarm", "NotifyDERStartStop", "NotifyDisplayMessages", "NotifyEVChargingNeeds",
    "NotifyEVChargingSchedule", "NotifyEvent", "NotifyMonitoringReport",
    "NotifyPeriodicEventStream", "NotifyPriorityCharging", "NotifyReport", "NotifySettlement",
    "OpenPeriodicEventStream", "PublishFirmwareStatusNotification", "PullDynamicScheduleUpdate",
    "ReportChargingProfiles", "ReportDERControl", "ReservationStatusUpdate",
    "SecurityEventNotification", "SignCertificate", "SignedFirmwareStatusNotification",
    "StartTransaction", "StatusNotification", "StopTransaction", "TransactionEvent",
    "VatNumberValidation",
  ]

  /// Sorted. OCPP 1.6 with its security extension, 2.0.1 and 2.1.
  static let fromBackEnd: [StaticString] = [
    "AFRRSignal", "AdjustPeriodicEventStream", "CancelReservation", "CertificateSigned",
    "ChangeAvailability", "ChangeConfiguration", "ChangeTransactionTariff", "ClearCache",
    "ClearChargingProfile", "ClearDERControl", "ClearDisplayMessage", "ClearTariffs",
    "ClearVariableMonitoring", "CostUpdated", "CustomerInformation", "DeleteCertificate",
    "ExtendedTriggerMessage", "GetBaseReport", "GetChargingProfiles", "GetCompositeSchedule",
    "GetConfiguration", "GetDERControl", "GetDiagnostics", "GetDisplayMessages",
    "GetInstalledCertificateIds", "GetLocalListVersion", "GetLog", "GetMonitoringReport",
    "GetPeriodicEventStream", "GetReport", "GetTariffs", "GetTransactionStatus", "GetVariables",
    "InstallCertificate", "NotifyAllowedEnergyTransfer", "NotifyWebPaymentStarted",
    "PublishFirmware", "RemoteStartTransaction", "RemoteStopTransaction", "RequestBatterySwap",
    "RequestStartTransaction", "RequestStopTransaction", "ReserveNow", "Reset", "SendLocalList",
    "SetChargingProfile", "SetDERControl", "SetDefaultTariff", "SetDisplayMessage",
    "SetMonitoringBase", "SetMonitoringLevel", "SetNetworkProfile", "SetVariableMonitoring",
    "SetVariables", "SignedUpdateFirmware", "TriggerMessage", "UnlockConnector",
    "UnpublishFirmware", "UpdateDynamicSchedule", "UpdateFirmware", "UsePriorityCharging",
  ]
}
