/// placeholder
public final class ExternalData: Sendable {}
