import LinuxAccounts
import Testing
