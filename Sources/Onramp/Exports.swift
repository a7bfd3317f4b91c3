// `import Onramp` is enough: the types that the API speaks of come with it.
@_exported import Compiler
@_exported import Graph
@_exported import KernelRuntime
@_exported import Legalizer
@_exported import OnnxFormat
@_exported import Operators
