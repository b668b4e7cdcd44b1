import Distributions
import HostPrograms
import Testing

@testable import Installer

@Suite("What JupyterHub runs with")
struct HubChoicesTests {
    @Test("the first Python that is whole and of a known version is taken")
    func python() async {
        let programs = PythonsOfHost(["python3": "3 9", "python3.12": "3 12", "python3.13": "3 13"])
        let found = await PythonRuntime.find([], programs)
        #expect(found == PythonRuntime(program: "python3.13", minor: 13))
    }

    @Test("the system's own Python comes before others that are newer")
    func systemPython() async {
        let programs = PythonsOfHost(["python3": "3 11", "python3.13": "3 13"])
        #expect(await PythonRuntime.find([], programs)?.program == "python3")
    }

    @Test("a Python without ensurepip, or that is older or newer than the locks, does not count")
    func unusablePythons() async {
        let programs = PythonsOfHost(["python3": nil, "python3.10": "3 9", "python3.14": "3 15"])
        #expect(await PythonRuntime.find([], programs) == nil)
        for answer in ["", "3", "2 11", "3 11 0", "three 11", "3 -11"] {
            #expect(PythonRuntime(program: "python3", saying: answer) == nil)
        }
    }

    @Test(
        "the distribution's proxy comes before PyPI's, and the administrator's word before both",
        arguments: [
            (nil, true, nil, "x86_64", HubProxy.configurable(packages: [])),
            (
                nil, false, ["node-configurable-http-proxy"], "x86_64",
                .configurable(packages: ["node-configurable-http-proxy"])
            ),
            (nil, false, nil, "aarch64", .traefik),
            ("traefik", true, ["node-configurable-http-proxy"], "x86_64", .traefik),
            ("chp", true, nil, "riscv64", .configurable(packages: [])),
        ] as [(String?, Bool, [String]?, String, HubProxy)]
    )
    func proxy(_ wanted: String?, _ isInstalled: Bool, _ packages: [String]?, _ machine: String, _ expected: HubProxy) {
        #expect(
            HubProxy.choose(wanted: wanted, isInstalled: isInstalled, packages: packages, machine: machine) == expected
        )
    }

    @Test("without any proxy the way out is named", arguments: ["chp", "traefik", "caddy", nil] as [String?])
    func noProxy(_ wanted: String?) {
        let choice = HubProxy.choose(wanted: wanted, isInstalled: false, packages: nil, machine: "riscv64")
        guard case .none(let why) = choice else {
            Issue.record("\(choice)")
            return
        }
        #expect(why.contains("npm install") || why.contains("jupyterhub.env"))
    }

    @Test("settings are read as systemd reads them")
    func settings() {
        let settings = HubSettings(
            """
            # DIYCLOUD_JUPYTERHUB_PORT=1
            DIYCLOUD_JUPYTERHUB_PORT = 9
            DIYCLOUD_JUPYTERHUB_PORT="8010"
              DIYCLOUD_JUPYTERHUB_PROXY=traefik\u{20}
            DIYCLOUD_BRIDGE_URL='http://127.0.0.1:8471'
            DIYCLOUD_JUPYTERHUB_STATE=
            nonsense
            """
        )
        #expect(settings.url == "http://127.0.0.1:8010/jupyter")
        #expect(settings.proxy == "traefik")
        #expect(settings.api == "http://127.0.0.1:8081/jupyter/hub/api")
        #expect(settings.state == "/var/lib/diycloud-jupyterhub")
        #expect(settings.wayToBridge == ["DIYCLOUD_BRIDGE_URL=http://127.0.0.1:8471"])
        #expect(HubSettings(nil).url == "http://127.0.0.1:8000/jupyter")
    }

    @Test("the drop-in says what differs by host, and nothing else")
    func dropIn() {
        #expect(
            JupyterHubRecipe.rendered(dropInFor: .traefik) == """
                # Written by diycloud. Settings of your own belong into /etc/diycloud-bridge/jupyterhub.env, which is read after this.
                [Service]
                Environment=DIYCLOUD_JUPYTERHUB_PROXY=traefik
                Environment=DIYCLOUD_JUPYTERHUB_USER_ENVIRONMENT=/opt/diycloud/jupyter-env

                """
        )
    }
}

/// Pythons by name and what each answers; nil is one that cannot make environments.
private struct PythonsOfHost: HostPrograms {
    let answers: [String: String?]

    init(_ answers: [String: String?]) { self.answers = answers }

    func has(_ name: String) -> Bool { answers.keys.contains(name) }

    func run(_ name: String, _ arguments: [String], input: String, timeLimit: Duration) async throws(HostProgramError)
        -> ProgramResult
    {
        guard let answer = answers[name] else { throw .missing(name) }
        guard let answer else { return ProgramResult(status: 1, errors: "No module named 'ensurepip'") }
        return ProgramResult(status: 0, output: answer + "\n")
    }
}
