import Identity
import Pages

/// Every page in every state, with one text in all places that take text from outside.
enum SamplePages {
    static let now: Int64 = 1_795_442_709

    static func all(text: String? = nil) throws -> [(name: String, page: any Page)] {
        let text: (String) -> String = { text ?? $0 }
        let csrf = text("Jq0mQ2l9cFQ")
        let goal = text("/jupyter/hub/spawn?a=1&b=2")
        return [
            ("sign-in", SignInPage(returnTo: goal, csrf: csrf)),
            (
                "sign-in-error",
                SignInPage(
                    returnTo: goal,
                    csrf: csrf,
                    username: text("alice"),
                    error: text(
                        "Name and password do not fit, or the account may not sign in. Check both and try again."
                    )
                )
            ),
            (
                "sign-in-notice",
                SignInPage(returnTo: goal, csrf: csrf, notice: text("Your session has ended. Please sign in again."))
            ),
            ("code", challenge(text, .authentication, ["Verification code: "], [])),
            (
                "new-password",
                challenge(
                    text,
                    .newPassword,
                    ["New password: ", "Retype new password: "],
                    [
                        .information(text("Your password has expired.")),
                        .error(text("BAD PASSWORD: The password is shorter than 8 characters")),
                    ]
                )
            ),
            (
                "message",
                challenge(
                    text,
                    .authentication,
                    [],
                    [.information(text("Maintenance on Friday, 18:00.\nSave your work."))]
                )
            ),
            ("account", try account(text)),
            ("account-quota", try quotaAccount(text)),
            ("account-empty", try emptyAccount(text)),
            ("portal", try portal(text)),
            ("portal-empty", try emptyPortal(text)),
            ("people", try people(text)),
            ("people-search", try noPeople(text)),
            ("refusal", refusal(text)),
            ("message", message(text, goal)),
            ("bare-notice", NoticePage(status: 503, title: text("Not available"), sentence: text("Try again."))),
            ("signed-out", SignedOutPage()),
        ]
    }

    private static func refusal(_ text: (String) -> String) -> NoticePage {
        NoticePage(
            status: 403,
            title: text("That is not possible"),
            sentence: text("Portainer is not open to your account."),
            link: PageLink(href: "/account", label: text("Go to your account"))
        )
    }

    private static func message(_ text: (String) -> String, _ goal: String) -> NoticePage {
        NoticePage(
            status: 200,
            title: text("You are signed in"),
            sentence: text("Warning: your password will expire in 2 days."),
            link: PageLink(href: goal, label: text("Continue"))
        )
    }

    private static func challenge(
        _ text: (String) -> String,
        _ purpose: ChallengePage.Purpose,
        _ prompts: [String],
        _ messages: [ChallengePage.Message]
    ) -> ChallengePage {
        ChallengePage(
            username: text("alice"),
            conversation: text("k3b9-conversation"),
            purpose: purpose,
            messages: messages,
            fields: prompts.map { .init(prompt: text($0), isVisible: purpose == .authentication) },
            returnTo: text("/jupyter/"),
            csrf: text("Jq0mQ2l9cFQ"),
            expiresIn: 120
        )
    }

    private static func account(_ text: (String) -> String) throws -> AccountPage {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        let iphone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML) Version/18.5 Safari/604.1"
        return AccountPage(
            principal: Principal(name: try UserName("alice"), role: .admin, email: text("alice@example.org")),
            quota: Quota(cpuCores: 1.5, memory: .gibibytes(4), disk: .gibibytes(20), gpu: false),
            usage: .init(
                meters: [
                    UsageMeter(
                        title: "Processor",
                        used: "0.4 cores",
                        limit: "1.5 cores",
                        percent: 27,
                        notEnforced: nil
                    ),
                    UsageMeter(title: "Memory", used: "3.9 GiB", limit: "4 GiB", percent: 97.4, notEnforced: nil),
                    UsageMeter(
                        title: "Disk",
                        used: nil,
                        limit: "20 GiB",
                        percent: nil,
                        notEnforced: text("quotas are off on /home")
                    ),
                ],
                tasks: "12 of 1024",
                servers: 1
            ),
            services: [
                .init(
                    link: PageLink(href: text("/jupyter/"), label: text("Notebooks")),
                    description: text("Write and run code in the browser with JupyterLab.")
                ),
                .init(
                    link: PageLink(href: text("/portainer/"), label: text("Containers")),
                    description: text("Start and stop your own containers with Portainer.")
                ),
            ],
            sessions: [
                .init(
                    id: text("s1"),
                    userAgent: text(firefox),
                    address: text("192.0.2.17"),
                    openedAt: now - 7300,
                    lastSeenAt: now,
                    isCurrent: true
                ),
                .init(
                    id: text("s2"),
                    userAgent: text(iphone),
                    address: text("2001:db8:0:0:0:0:0:17"),
                    openedAt: now - 2 * 86_400,
                    lastSeenAt: now - 300,
                    isCurrent: false
                ),
            ],
            csrf: text("Jq0mQ2l9cFQ"),
            now: now,
            notice: text("Firefox on Windows is signed out.")
        )
    }

    private static func quotaAccount(_ text: (String) -> String) throws -> AccountPage {
        var page = try account(text)
        page.usage = nil
        return page
    }

    private static func emptyAccount(_ text: (String) -> String) throws -> AccountPage {
        AccountPage(
            principal: Principal(name: try UserName("a_name_of_thirty-two_characters_"), role: .user, email: nil),
            quota: nil,
            services: [],
            sessions: [
                .init(
                    id: text("s1"),
                    userAgent: "",
                    address: text("local"),
                    openedAt: now,
                    lastSeenAt: now,
                    isCurrent: true
                )
            ],
            csrf: text("Jq0mQ2l9cFQ"),
            now: now,
            error: text("That session was not found; it may have ended already.")
        )
    }
}
