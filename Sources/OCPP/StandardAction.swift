/// An action that a version of OCPP defines, and who may call it.
public struct StandardAction: Hashable, Sendable {
  /// The versions of OCPP that define an action.
  public struct Versions: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// OCPP 1.6, with the security extension (the white paper "Improved security for OCPP 1.6-J").
    public static let v16 = Versions(rawValue: 1)
    public static let v201 = Versions(rawValue: 2)
    public static let v21 = Versions(rawValue: 4)
  }

  /// Who may send the request.
  public enum Initiator: Sendable { case station, csms, either }

  public var name: String
  public var initiator: Initiator
  public var versions: Versions

  /// All standard actions by name.
  public static let all: [String: StandardAction] = {
    var actions: [String: StandardAction] = [:]
    for (names, initiator, versions) in listing {
      for name in names.split(whereSeparator: \.isWhitespace).map(String.init) {
        var action = actions[name] ?? StandardAction(name: name, initiator: initiator, versions: [])
        if action.initiator != initiator { action.initiator = .either }
        action.versions.formUnion(versions)
        actions[name] = action
      }
    }
    return actions
  }()
}

/// Who calls what, by version. 2.1 has all of 2.0.1.
private let listing: [(String, StandardAction.Initiator, StandardAction.Versions)] = [
  (
    """
    Authorize BootNotification DataTransfer DiagnosticsStatusNotification
    FirmwareStatusNotification Heartbeat LogStatusNotification MeterValues
    SecurityEventNotification SignCertificate SignedFirmwareStatusNotification StartTransaction
    StatusNotification StopTransaction
    """, .station, .v16
  ),
  (
    """
    CancelReservation CertificateSigned ChangeAvailability ChangeConfiguration ClearCache
    ClearChargingProfile DataTransfer DeleteCertificate ExtendedTriggerMessage
    GetCompositeSchedule GetConfiguration GetDiagnostics GetInstalledCertificateIds
    GetLocalListVersion GetLog InstallCertificate RemoteStartTransaction RemoteStopTransaction
    ReserveNow Reset SendLocalList SetChargingProfile SignedUpdateFirmware TriggerMessage
    UnlockConnector UpdateFirmware
    """, .csms, .v16
  ),
  (
    """
    Authorize BootNotification ClearedChargingLimit DataTransfer FirmwareStatusNotification
    Get15118EVCertificate GetCertificateStatus Heartbeat LogStatusNotification MeterValues
    NotifyChargingLimit NotifyCustomerInformation NotifyDisplayMessages NotifyEVChargingNeeds
    NotifyEVChargingSchedule NotifyEvent NotifyMonitoringReport NotifyReport
    PublishFirmwareStatusNotification ReportChargingProfiles ReservationStatusUpdate
    SecurityEventNotification SignCertificate StatusNotification TransactionEvent
    """, .station, [.v201, .v21]
  ),
  (
    """
    CancelReservation CertificateSigned ChangeAvailability ClearCache ClearChargingProfile
    ClearDisplayMessage ClearVariableMonitoring CostUpdated CustomerInformation DataTransfer
    DeleteCertificate GetBaseReport GetChargingProfiles GetCompositeSchedule GetDisplayMessages
    GetInstalledCertificateIds GetLocalListVersion GetLog GetMonitoringReport GetReport
    GetTransactionStatus GetVariables InstallCertificate PublishFirmware RequestStartTransaction
    RequestStopTransaction ReserveNow Reset SendLocalList SetChargingProfile SetDisplayMessage
    SetMonitoringBase SetMonitoringLevel SetNetworkProfile SetVariableMonitoring SetVariables
    TriggerMessage UnlockConnector UnpublishFirmware UpdateFirmware
    """, .csms, [.v201, .v21]
  ),
  (
    """
    BatterySwap ClosePeriodicEventStream GetCertificateChainStatus NotifyDERAlarm
    NotifyDERStartStop NotifyPeriodicEventStream NotifyPriorityCharging NotifySettlement
    OpenPeriodicEventStream PullDynamicScheduleUpdate ReportDERControl VatNumberValidation
    """, .station, .v21
  ),
  (
    """
    AFRRSignal AdjustPeriodicEventStream ChangeTransactionTariff ClearDERControl ClearTariffs
    GetDERControl GetPeriodicEventStream GetTariffs NotifyAllowedEnergyTransfer
    NotifyWebPaymentStarted RequestBatterySwap SetDERControl SetDefaultTariff
    UpdateDynamicSchedule UsePriorityCharging
    """, .csms, .v21
  ),
]
