// BridgeServer
import Hummingbird
