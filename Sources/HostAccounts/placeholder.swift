// HostAccounts
