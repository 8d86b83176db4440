// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Canon
import Learn

extension ModelCommand {
    struct ONNX: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "onnx",
            abstract: "Write a model as ONNX, for other people's programs.",
            discussion: """
                The file predicts by itself what dividend model predict does, in onnxruntime or any other program that \
                knows the format: each column is an input under its own name, numbers as doubles with NaN where \
                there is no value, categories and booleans as texts with NULL where there is no value.
                """)
        @Argument(help: "The receipt, or a model by itself.") var model: String
        @Option(help: "The new file.") var out: String
        @Flag(help: "Print JSON for programs.") var json = false

        func run() async throws {
            let kept = try KeptModel(model)
            let bytes: [UInt8]
            do throws(ModelError) { bytes = try kept.model.onnx() } catch {
                throw Failure("model", "\(model): \(error)")
            }
            try NewFile(out).write(bytes)
            if json {
                return try Terminal.json([
                    "file": .string(out), "name": .string(kept.model.name),
                    "inputs": .array(kept.model.order.map { .string($0) }),
                ])
            }
            Terminal.line(
                "\(out): \(kept.model.name), from \(kept.model.order.joined(separator: ", "))")
        }
    }
}
