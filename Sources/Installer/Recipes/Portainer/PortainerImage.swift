import Foundation
import HostPrograms

/// The image that Portainer is run from. The one place where its version stands.
///
/// Tags can be moved at the registry, so what counts is which bytes came with the first pull: their digest is recorded, and the
/// container is started from the image's id. A tag that brings something else later is not followed without a person.
enum PortainerImage {
    static let name = "portainer/portainer-ce"
    static let version = "2.33.5"
    /// As the registry published it (`sha256:…`), when it is known to this release; nil: what the first pull brings counts from then on.
    static let digest: String? = nil

    static var tag: String { "\(name):\(version)" }
    static var reference: String { digest.map { "\(tag)@\($0)" } ?? tag }

    /// What the engine has under the tag.
    struct Facts: Decodable, Equatable {
        let id: String
        /// `portainer/portainer-ce@sha256:…`; none for an image out of an archive.
        let digests: [String]?

        private enum CodingKeys: String, CodingKey { case id = "Id", digests = "RepoDigests" }

        /// What it is known by: its digest at the registry, else its own id.
        var proof: String {
            let published = digests?.first { $0.hasPrefix("\(PortainerImage.name)@") }
            return published.map { String($0.drop { $0 != "@" }.dropFirst()) } ?? id
        }

        /// Whether it is what was recorded. An archive of the same image has no digest, but the same id.
        func matches(_ recorded: [String]) -> Bool { recorded.contains(proof) || recorded.contains(id) }
    }

    /// Archives in a directory that may have the image, by their names: `portainer-ce-2.33.5.tar`, `.tar.gz`, `.tar.xz`; those of the
    /// version first.
    static func archives(among names: [String]) -> [String] {
        let fitting = names.filter { name in
            name.hasPrefix("portainer")
                && [".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2"].contains { name.hasSuffix($0) }
        }
        return fitting.filter { $0.contains(version) }.sorted() + fitting.filter { !$0.contains(version) }.sorted()
    }
}
