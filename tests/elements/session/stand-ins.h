/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

/* What wsaudiosrc and wsaudiosink are to a session, without any WebSocket. */
void stand_ins_register (void);
