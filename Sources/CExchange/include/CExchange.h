#pragma once

/// renameat2(2) with RENAME_EXCHANGE: both paths have what the other had, and at no moment is there none. 0, or an errno.
int diycloud_exchange(const char *left, const char *right);
