/// A type's own name, without its module.
///
/// `String(describing:)` looks through every conformance of the process first: a third of the time that opening a small
/// model took, as operators, kernels and rules are named after their types.
package func typeName(_ type: Any.Type) -> String { _typeName(type, qualified: false) }
