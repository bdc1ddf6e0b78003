import Testing

/// The value, which has to be there. (`#require` cannot expand a call on a noncopyable value.)
func required<T>(_ value: T?, sourceLocation: SourceLocation = #_sourceLocation) throws -> T {
  try #require(value, sourceLocation: sourceLocation)
}
