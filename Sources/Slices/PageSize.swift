internal import Glibc

func sysconfPageSize() -> Int { sysconf(Int32(_SC_PAGESIZE)) }
