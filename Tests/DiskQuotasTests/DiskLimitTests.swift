import DiskQuotas
import Identity
import Testing
