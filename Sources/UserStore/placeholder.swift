// UserStore
