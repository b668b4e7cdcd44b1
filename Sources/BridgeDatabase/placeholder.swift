// BridgeDatabase
