/// An action of OCPP 1.6 (with its security extension), 2.0.1 or 2.1.
///
/// The raw values are stored with the state of a decoder: a new action goes to the end.
public enum OCPPAction: UInt8, Sendable, CaseIterable {
  case aFRRSignal, adjustPeriodicEventStream, authorize, batterySwap, bootNotification
  case cancelReservation, certificateSigned, changeAvailability, changeConfiguration
  case changeTransactionTariff, clearCache, clearChargingProfile, clearDERControl
  case clearDisplayMessage, clearTariffs, clearVariableMonitoring, clearedChargingLimit
  case closePeriodicEventStream, costUpdated, customerInformation, dataTransfer
  case deleteCertificate, diagnosticsStatusNotification, extendedTriggerMessage
  case firmwareStatusNotification, get15118EVCertificate, getBaseReport
  case getCertificateChainStatus, getCertificateStatus, getChargingProfiles, getCompositeSchedule
  case getConfiguration, getDERControl, getDiagnostics, getDisplayMessages
  case getInstalledCertificateIds, getLocalListVersion, getLog, getMonitoringReport
  case getPeriodicEventStream, getReport, getTariffs, getTransactionStatus, getVariables
  case heartbeat, installCertificate, logStatusNotification, meterValues
  case notifyAllowedEnergyTransfer, notifyChargingLimit, notifyCustomerInformation
  case notifyDERAlarm, notifyDERStartStop, notifyDisplayMessages, notifyEVChargingNeeds
  case notifyEVChargingSchedule, notifyEvent, notifyMonitoringReport, notifyPeriodicEventStream
  case notifyPriorityCharging, notifyReport, notifySettlement, notifyWebPaymentStarted
  case openPeriodicEventStream, publishFirmware, publishFirmwareStatusNotification
  case pullDynamicScheduleUpdate, remoteStartTransaction, remoteStopTransaction
  case reportChargingProfiles, reportDERControl, requestBatterySwap, requestStartTransaction
  case requestStopTransaction, reservationStatusUpdate, reserveNow, reset
  case securityEventNotification, sendLocalList, setChargingProfile, setDERControl
  case setDefaultTariff, setDisplayMessage, setMonitoringBase, setMonitoringLevel
  case setNetworkProfile, setVariableMonitoring, setVariables, signCertificate
  case signedFirmwareStatusNotification, signedUpdateFirmware, startTransaction
  case statusNotification, stopTransaction, transactionEvent, triggerMessage, unlockConnector
  case unpublishFirmware, updateDynamicSchedule, updateFirmware, usePriorityCharging
  case vatNumberValidation

  /// The name on the wire: `Authorize`.
  public var name: String {
    let name = "\(self)"
    return name.prefix(1).uppercased() + name.dropFirst()
  }
}
