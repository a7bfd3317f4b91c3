import Graph

/// Keys and values are listed; until then the labels' places in one list were the numbers.
enum LabelEncoder_1_2: Upgrade {
  static let domain = "ai.onnx.ml"

  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard case .strings(let labels)? = draft.attributes.removeValue(forKey: "classes_strings") else { return }
    let places = Array(labels.indices)
    if builder.elementType(try draft.required(0)) == .string {
      draft.attributes["keys_strings"] = .strings(labels)
      draft.attributes["values_int64s"] = .ints(places)
    } else {
      draft.attributes["keys_int64s"] = .ints(places)
      draft.attributes["values_strings"] = .strings(labels)
    }
  }
}
