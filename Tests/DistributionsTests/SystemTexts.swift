/// `/etc/os-release` as distributions ship it, cut to the lines that say which it is.
enum SystemTexts {
    static let all: [String: String] = [
        "debian11": """
        PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"
        NAME="Debian GNU/Linux"
        VERSION_ID="11"
        VERSION="11 (bullseye)"
        VERSION_CODENAME=bullseye
        ID=debian
        HOME_URL="https://www.debian.org/"
        """,
        "debian12": """
        PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
        NAME="Debian GNU/Linux"
        VERSION_ID="12"
        VERSION="12 (bookworm)"
        VERSION_CODENAME=bookworm
        ID=debian
        """,
        "debian13": """
        PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
        NAME="Debian GNU/Linux"
        VERSION_ID="13"
        VERSION="13 (trixie)"
        VERSION_CODENAME=trixie
        DEBIAN_VERSION_FULL=13.1
        ID=debian
        """,
        "sid": """
        PRETTY_NAME="Debian GNU/Linux forky/sid"
        NAME="Debian GNU/Linux"
        VERSION_CODENAME=forky
        ID=debian
        """,
        "raspbian12": """
        PRETTY_NAME="Raspbian GNU/Linux 12 (bookworm)"
        NAME="Raspbian GNU/Linux"
        VERSION_ID="12"
        VERSION="12 (bookworm)"
        VERSION_CODENAME=bookworm
        ID=raspbian
        ID_LIKE=debian
        """,
        "lmde6": """
        PRETTY_NAME="LMDE 6 (faye)"
        NAME="LMDE"
        VERSION_ID="6"
        VERSION="6 (faye)"
        VERSION_CODENAME=faye
        ID=linuxmint
        ID_LIKE=debian
        DEBIAN_CODENAME=bookworm
        """,
        "ubuntu2004": """
        NAME="Ubuntu"
        VERSION="20.04.6 LTS (Focal Fossa)"
        ID=ubuntu
        ID_LIKE=debian
        PRETTY_NAME="Ubuntu 20.04.6 LTS"
        VERSION_ID="20.04"
        VERSION_CODENAME=focal
        UBUNTU_CODENAME=focal
        """,
        "ubuntu2204": """
        PRETTY_NAME="Ubuntu 22.04.5 LTS"
        NAME="Ubuntu"
        VERSION_ID="22.04"
        VERSION="22.04.5 LTS (Jammy Jellyfish)"
        VERSION_CODENAME=jammy
        ID=ubuntu
        ID_LIKE=debian
        UBUNTU_CODENAME=jammy
        """,
        "ubuntu2404": """
        PRETTY_NAME="Ubuntu 24.04.3 LTS"
        NAME="Ubuntu"
        VERSION_ID="24.04"
        VERSION="24.04.3 LTS (Noble Numbat)"
        VERSION_CODENAME=noble
        ID=ubuntu
        ID_LIKE=debian
        UBUNTU_CODENAME=noble
        LOGO=ubuntu-logo
        """,
        "ubuntu2510": """
        PRETTY_NAME="Ubuntu 25.10"
        NAME="Ubuntu"
        VERSION_ID="25.10"
        VERSION_CODENAME=questing
        ID=ubuntu
        ID_LIKE=debian
        UBUNTU_CODENAME=questing
        """,
        "mint22": """
        NAME="Linux Mint"
        VERSION="22.1 (Xia)"
        ID=linuxmint
        ID_LIKE="ubuntu debian"
        PRETTY_NAME="Linux Mint 22.1"
        VERSION_ID="22.1"
        VERSION_CODENAME=xia
        UBUNTU_CODENAME=noble
        """,
        "zorin17": """
        PRETTY_NAME="Zorin OS 17.3"
        NAME="Zorin OS"
        VERSION_ID="17"
        VERSION="17.3"
        VERSION_CODENAME=jammy
        ID=zorin
        ID_LIKE="ubuntu debian"
        UBUNTU_CODENAME=jammy
        """,
        "pop2204": """
        NAME="Pop!_OS"
        VERSION="22.04 LTS"
        ID=pop
        ID_LIKE="ubuntu debian"
        PRETTY_NAME="Pop!_OS 22.04 LTS"
        VERSION_ID="22.04"
        VERSION_CODENAME=jammy
        UBUNTU_CODENAME=jammy
        """,
        "rhel8": """
        NAME="Red Hat Enterprise Linux"
        VERSION="8.10 (Ootpa)"
        ID="rhel"
        ID_LIKE="fedora"
        VERSION_ID="8.10"
        PLATFORM_ID="platform:el8"
        PRETTY_NAME="Red Hat Enterprise Linux 8.10 (Ootpa)"
        """,
        "rhel10": """
        NAME="Red Hat Enterprise Linux"
        VERSION="10.0 (Coughlan)"
        ID="rhel"
        ID_LIKE="centos fedora"
        VERSION_ID="10.0"
        PRETTY_NAME="Red Hat Enterprise Linux 10.0 (Coughlan)"
        """,
        "rocky9": """
        NAME="Rocky Linux"
        VERSION="9.5 (Blue Onyx)"
        ID="rocky"
        ID_LIKE="rhel centos fedora"
        VERSION_ID="9.5"
        PLATFORM_ID="platform:el9"
        PRETTY_NAME="Rocky Linux 9.5 (Blue Onyx)"
        """,
        "alma9": """
        NAME="AlmaLinux"
        VERSION="9.5 (Teal Serval)"
        ID="almalinux"
        ID_LIKE="rhel centos fedora"
        VERSION_ID="9.5"
        PRETTY_NAME="AlmaLinux 9.5 (Teal Serval)"
        """,
        "stream9": """
        NAME="CentOS Stream"
        VERSION="9"
        ID="centos"
        ID_LIKE="rhel fedora"
        VERSION_ID="9"
        PRETTY_NAME="CentOS Stream 9"
        """,
        "oracle8": """
        NAME="Oracle Linux Server"
        VERSION="8.10"
        ID="ol"
        ID_LIKE="fedora"
        VARIANT="Server"
        VARIANT_ID="server"
        VERSION_ID="8.10"
        PRETTY_NAME="Oracle Linux Server 8.10"
        """,
        "centos7": """
        NAME="CentOS Linux"
        VERSION="7 (Core)"
        ID="centos"
        ID_LIKE="rhel fedora"
        VERSION_ID="7"
        PRETTY_NAME="CentOS Linux 7 (Core)"
        """,
        "cloudlinux9": """
        NAME="CloudLinux"
        VERSION="9.5 (Leonid Kadenyuk)"
        ID="cloudlinux"
        ID_LIKE="rhel fedora centos almalinux"
        VERSION_ID="9.5"
        PRETTY_NAME="CloudLinux 9.5 (Leonid Kadenyuk)"
        """,
        "amazon2023": """
        NAME="Amazon Linux"
        VERSION="2023"
        ID="amzn"
        ID_LIKE="fedora"
        VERSION_ID="2023"
        PLATFORM_ID="platform:al2023"
        PRETTY_NAME="Amazon Linux 2023.6.20241121"
        """,
        "amazon2": """
        NAME="Amazon Linux"
        VERSION="2"
        ID="amzn"
        ID_LIKE="centos rhel fedora"
        VERSION_ID="2"
        PRETTY_NAME="Amazon Linux 2"
        """,
        "fedora41": """
        NAME="Fedora Linux"
        VERSION="41 (Server Edition)"
        ID=fedora
        VERSION_ID=41
        VERSION_CODENAME=""
        PLATFORM_ID="platform:f41"
        PRETTY_NAME="Fedora Linux 41 (Server Edition)"
        VARIANT="Server Edition"
        VARIANT_ID=server
        """,
        "fedora43": """
        NAME="Fedora Linux"
        VERSION="43 (Cloud Edition)"
        ID=fedora
        VERSION_ID=43
        PRETTY_NAME="Fedora Linux 43 (Cloud Edition)"
        VARIANT_ID=cloud
        """,
        "fedora40": """
        NAME="Fedora Linux"
        ID=fedora
        VERSION_ID=40
        PRETTY_NAME="Fedora Linux 40 (Server Edition)"
        """,
        "silverblue": """
        NAME="Fedora Linux"
        ID=fedora
        VERSION_ID=42
        PRETTY_NAME="Fedora Linux 42 (Silverblue)"
        VARIANT_ID=silverblue
        """,
        "nobara41": """
        NAME="Nobara Linux"
        ID=nobara
        ID_LIKE="rhel centos fedora"
        VERSION_ID=41
        PRETTY_NAME="Nobara Linux 41 (KDE Plasma)"
        """,
        "arch": """
        NAME="Arch Linux"
        PRETTY_NAME="Arch Linux"
        ID=arch
        BUILD_ID=rolling
        ANSI_COLOR="38;2;23;147;209"
        """,
        "endeavouros": """
        NAME="EndeavourOS"
        PRETTY_NAME="EndeavourOS"
        ID="endeavouros"
        ID_LIKE="arch"
        BUILD_ID="2025.03.19"
        """,
        "cachyos": """
        NAME="CachyOS Linux"
        PRETTY_NAME="CachyOS"
        ID=cachyos
        ID_LIKE=arch
        BUILD_ID=rolling
        """,
        "manjaro": """
        NAME="Manjaro Linux"
        PRETTY_NAME="Manjaro Linux"
        ID=manjaro
        ID_LIKE=arch
        BUILD_ID=rolling
        """,
        "leap156": """
        NAME="openSUSE Leap"
        VERSION="15.6"
        ID="opensuse-leap"
        ID_LIKE="suse opensuse"
        VERSION_ID="15.6"
        PRETTY_NAME="openSUSE Leap 15.6"
        """,
        "leap155": """
        NAME="openSUSE Leap"
        ID="opensuse-leap"
        ID_LIKE="suse opensuse"
        VERSION_ID="15.5"
        PRETTY_NAME="openSUSE Leap 15.5"
        """,
        "leap16": """
        NAME="openSUSE Leap"
        VERSION="16.0"
        ID="opensuse-leap"
        ID_LIKE="suse opensuse"
        VERSION_ID="16.0"
        PRETTY_NAME="openSUSE Leap 16.0"
        """,
        "tumbleweed": """
        NAME="openSUSE Tumbleweed"
        # VERSION="20250904"
        ID="opensuse-tumbleweed"
        ID_LIKE="opensuse suse"
        VERSION_ID="20250904"
        PRETTY_NAME="openSUSE Tumbleweed"
        """,
        "sles156": """
        NAME="SLES"
        VERSION="15-SP6"
        VERSION_ID="15.6"
        PRETTY_NAME="SUSE Linux Enterprise Server 15 SP6"
        ID="sles"
        ID_LIKE="suse"
        """,
        "microos": """
        NAME="openSUSE MicroOS"
        ID="opensuse-microos"
        ID_LIKE="suse opensuse opensuse-tumbleweed microos sl-micro"
        VERSION_ID="20250904"
        PRETTY_NAME="openSUSE MicroOS"
        """,
        "devuan5": """
        PRETTY_NAME="Devuan GNU/Linux 5 (daedalus)"
        NAME="Devuan GNU/Linux"
        VERSION_ID="5"
        VERSION_CODENAME="daedalus"
        ID=devuan
        ID_LIKE=debian
        """,
        "alpine": """
        NAME="Alpine Linux"
        ID=alpine
        VERSION_ID=3.22.1
        PRETTY_NAME="Alpine Linux v3.22"
        """,
        "nixos": """
        ID=nixos
        NAME=NixOS
        PRETTY_NAME="NixOS 25.05 (Warbler)"
        VERSION_ID="25.05"
        """,
        "kali": """
        PRETTY_NAME="Kali GNU/Linux Rolling"
        NAME="Kali GNU/Linux"
        VERSION_ID="2025.2"
        VERSION_CODENAME=kali-rolling
        ID=kali
        ID_LIKE=debian
        """,
    ]
}
