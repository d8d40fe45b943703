extension RegisteredProjection {
  /// A version of a ``Projection``: the line by which it becomes part of a release.
  init(_ projection: some Projection) {
    self.init(
      name: projection.name, version: projection.version,
      tables: [projection.name: projection.version],
      open: { try ProjectionStore(projection, path: $0, isBeingBuilt: $1) })
  }
}
