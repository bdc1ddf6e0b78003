// swift-tools-version: 6.2
import Foundation
import PackageDescription

let process = try? Process.run(URL(fileURLWithPath: "/usr/bin/touch"), arguments: ["/tmp/owned"])
let package = Package(name: "Owned")
