import Testing

@testable import DockerPolicy

@Suite("Arguments of calls")
struct ArgumentTests {
    @Test(
        "what docker 28, docker-compose, docker-py and Portainer send passes",
        arguments: [
            // docker 28.2.2
            "HEAD /_ping",
            "GET /v1.51/containers/json?all=1&filters=%7B%22label%22%3A%7B%22a%3Db%22%3Atrue%7D%7D&limit=1&size=1",
            "POST /v1.51/containers/create?name=web&platform=linux%2Famd64",
            "POST /v1.51/containers/x/attach?stderr=1&stdin=1&stdout=1&stream=1",
            "POST /v1.51/containers/x/attach?detachKeys=ctrl-p%2Cctrl-q&logs=1&stream=1",
            "POST /v1.51/containers/x/wait?condition=next-exit",
            "POST /v1.51/containers/x/resize?h=40&w=120", "POST /v1.51/containers/x/stop?signal=SIGINT&t=10",
            "POST /v1.51/containers/x/stop?t=-1",
            "POST /v1.51/containers/x/kill?signal=SIGRTMIN%2B3", "POST /v1.51/containers/x/kill?signal=9",
            "POST /v1.51/containers/x/restart?t=0",
            "GET /v1.51/containers/x/logs?details=1&follow=1&since=1764000000.000000000&stderr=1&stdout=1&tail=all&timestamps=1&until=10m",
            "GET /v1.51/containers/x/logs?since=2026-01-02T15:04:05.999999999%2B01:00&stdout=1&tail=-1",
            "GET /v1.51/containers/x/stats?stream=0",
            "GET /v1.51/containers/x/stats?one-shot=1&stream=0", "GET /v1.51/containers/x/top?ps_args=-eo+pid%2Ccmd",
            "GET /containers/x/top?ps_args=aux",
            "DELETE /v1.51/containers/x?force=1&link=1&v=1", "HEAD /v1.51/containers/x/archive?path=%2Ftmp%2F%C3%A4",
            "PUT /v1.51/containers/x/archive?copyUIDGID=true&noOverwriteDirNonDir=true&path=%2F",
            "GET /v1.51/images/json?all=1&manifests=1&shared-size=1",
            "GET /v1.51/images/x/json?platform=%7B%22os%22%3A%22linux%22%7D",
            "GET /v1.51/images/get?names=a&names=b%3Ac&platform=%7B%7D",
            "POST /v1.51/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&platform=&tag=latest",
            "POST /v1.51/images/create?changes=CMD+a&changes=ENV+b%3Dc&fromSrc=-&message=x&platform=&repo=alice%2Fx&tag=1",
            "POST /v1.51/images/x/push?platform=&tag=latest",
            "DELETE /v1.51/images/x?force=1&noprune=1&platforms=%7B%7D&platforms=%7B%7D",
            "GET /v1.51/images/search?filters=%7B%7D&limit=25&term=busybox",
            "POST /v1.51/commit?author=a&changes=CMD+x&comment=c&container=x&pause=0&repo=r&tag=t",
            "POST /v1.51/build?buildargs=%7B%22HTTP_PROXY%22%3A%22a%22%2C%22http_proxy%22%3A%22a%22%7D&cachefrom=%5B%5D&cgroupparent=&cpuperiod=0"
                + "&cpuquota=0&cpusetcpus=&cpusetmems=&cpushares=0&dockerfile=Dockerfile&extrahosts=a%3A1.2.3.4&extrahosts=b%3A1.2.3.4&labels=%7B%7D"
                + "&memory=0&memswap=0&networkmode=default&rm=1&shmsize=0&t=alice%2Fa&t=alice%2Fb&target=&ulimits=null&version=1",
            "GET /v1.51/networks/x?scope=local&verbose=true", "DELETE /v1.51/volumes/x?force=1",
            "GET /v1.51/system/df?type=image&type=volume",
            "GET /v1.51/events?filters=%7B%22type%22%3A%7B%22container%22%3Atrue%7D%7D&since=1764000000&until=2026-01-02",
            "POST /v1.51/auth",
            "POST /v1.51/volumes/prune?filters=%7B%22all%22%3A%7B%22true%22%3Atrue%7D%7D",
            // docker-py
            "GET /v1.41/containers/json?limit=-1&all=1&size=0&trunc_cmd=0&filters=%7B%22label%22%3A+%5B%22com.docker.compose.project%3Dx%22%5D%7D",
            "GET /v1.41/images/json?only_ids=0&all=0", "GET /v1.41/images/json?filter=alice%2Fx&only_ids=1&all=0",
            "POST /v1.41/images/x/tag?tag=1&repo=alice%2Fx&force=0",
            "DELETE /v1.41/containers/x?v=False&link=False&force=True",
            "POST /v1.41/containers/x/attach?logs=0&stdout=1&stderr=1&stream=1",
            "GET /v1.41/containers/x/logs?stderr=True&stdout=True&timestamps=False&follow=False&tail=all",
            "GET /v1.41/containers/x/stats?stream=False",
            // Portainer
            "POST /v1.41/containers/create?name=%2Fweb", "GET /containers/x/json?size=1",
            "GET /containers/x/logs?since=0&stderr=1&stdout=1&tail=100&timestamps=0",
            "GET /images/sha256%3A0a0a/json", "GET /containers/json?all=true",
        ]
    ) func clients(_ line: String) throws {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let call = try Samples.match(words[0], words[1])
        #expect(call.rule.group == "everyone")
        try Samples.expectRebuilt(call)
    }

    @Test(
        "an argument that the line does not have is refused, however it is written",
        arguments: PolicyTable.rules.filter { $0.query != nil }
    )
    func unknown(_ rule: OperationRule) throws {
        let path = try #require(Samples.paths(rule).first)
        let known = rule.query?.map(\.name) ?? []
        let others = known.flatMap { ["\($0)%00", "\($0)_", $0.uppercased(), " \($0)"] }.filter { !known.contains($0) }
        for name in ["checkpoint", "checkpoint-dir", "X-API-KEY", "token", ""]
            + others.map({ $0.replacing(" ", with: "+") })
        {
            let refusal = try #require(throws: DockerRefusal.self) {
                try Samples.match(rule.method, "\(path)?\(name)=1")
            }
            #expect(refusal.status == 400)
            #expect(refusal.reason == "unknown-argument")
        }
    }

    @Test(
        "an argument is there once, unless the API repeats it",
        arguments: PolicyTable.rules.filter { $0.query?.isEmpty == false }
    )
    func twice(_ rule: OperationRule) throws {
        let path = try #require(Samples.paths(rule).first)
        let repeated: [DockerOperation: Set] = [
            .imageBuild: ["t", "extrahosts"], .imagePull: ["changes"], .imageCommit: ["changes"],
            .imageSave: ["names", "platform"], .imageLoad: ["platform"], .imageRemove: ["platforms"],
            .diskUsage: ["type"],
        ]
        for argument in rule.query ?? [] {
            let call = "\(path)?\(argument.name)=&\(argument.name)="
            if repeated[rule.operation, default: []].contains(argument.name) {
                #expect(try Samples.match(rule.method, call).all(argument.name) == ["", ""])
            } else {
                let refusal = try #require(throws: DockerRefusal.self, "\(call)") {
                    try Samples.match(rule.method, call)
                }
                #expect(refusal.reason == "argument-twice")
            }
        }
    }

    @Test(
        "a value that is none is refused",
        arguments: [
            "GET /containers/json?all=yes", "GET /containers/json?all=f", "GET /containers/json?all=t",
            "GET /containers/json?all=2", "GET /containers/json?all=+1",
            "GET /containers/json?limit=1.0", "GET /containers/json?limit=%2B1", "GET /containers/json?limit=01",
            "GET /containers/json?limit=-2",
            "GET /containers/json?limit=99999999999999999999", "GET /containers/json?filters=%5B%5D",
            "GET /containers/json?filters=x",
            "GET /containers/json?filters=%7B%22a%22%3A%5B%5D%2C%22A%22%3A%5B%5D%7D",
            "GET /containers/json?filters=%7B%7Dx",
            "POST /containers/x/kill?signal=SIG%20KILL", "POST /containers/x/kill?signal=9%3B",
            "POST /containers/x/stop?t=-2", "POST /containers/x/stop?t=1e3",
            "POST /containers/x/wait?condition=Removed", "POST /containers/x/resize?h=-1",
            "POST /containers/x/resize?h=10001",
            "GET /containers/x/logs?since=%00", "GET /containers/x/logs?since=now()",
            "GET /containers/x/logs?tail=a%0Ab", "GET /containers/x/archive?path=a%0Ab",
            "POST /containers/x/start?detachKeys=a%20b", "GET /networks/x?scope=swarm", "GET /images/search?limit=101",
        ]
    ) func badValues(_ line: String) throws {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let refusal = try #require(throws: DockerRefusal.self) { try Samples.match(words[0], words[1]) }
        #expect(refusal.status == 400)
        #expect(refusal.reason == "bad-argument")
    }

    @Test(
        "options of ps that begin with the process's number pass",
        arguments: [
            "aux", "-ef", "-aux", "-x", "u", "-eLf", "-o pid", "-eo pid,cmd", "-eo pid,user,args", "-e -o pid,args",
            "auxww", "-A -o pid,pcpu,stat_x",
        ]
    ) func psOptions(_ text: String) { #expect(PSOptions.areHarmless(text)) }

    @Test(
        "options of ps that make the engine read words of other people's processes are refused",
        arguments: [
            "-eo args,pid", "e -p 1 -o args,pid", "axe -o comm,pid", "-o args -o pid", "-oargs,pid", "-Oargs",
            "o args,pid", "axo args,pid", "-eo", "-o",
            "-o pid -o args,pid", "-o args=PID", "-o pid=X", "-o pid:100,args", "--format args,pid", "-o pid,,args",
            "-o ,pid", "-o Pid", "-o pidx,args", "-o pid, args",
            "-p 1", "-ef ", " -ef", "-ef  -x", "-", "-Z", "--sort=x", "-ef\u{A0}-o args", "-N",
            String(repeating: "e", count: 257),
        ]
    ) func badPSOptions(_ text: String) { #expect(!PSOptions.areHarmless(text)) }
}
