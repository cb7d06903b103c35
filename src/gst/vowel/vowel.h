/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelbreaker.h>
#include <gst/vowel/gstvowelchat.h>
#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvowelevent.h>
#include <gst/vowel/gstvowelfield.h>
#include <gst/vowel/gstvowelhttp.h>
#include <gst/vowel/gstvoweljson.h>
#include <gst/vowel/gstvowelllm.h>
#include <gst/vowel/gstvowelloosejson.h>
#include <gst/vowel/gstvowelmessage.h>
#include <gst/vowel/gstvowelmeta.h>
#include <gst/vowel/gstvowelprovider.h>
#include <gst/vowel/gstvowelproviderelement.h>
#include <gst/vowel/gstvowelpushsrc.h>
#include <gst/vowel/gstvowelretry.h>
#include <gst/vowel/gstvowelsecret.h>
#include <gst/vowel/gstvowelsentence.h>
#include <gst/vowel/gstvowelsrcpad.h>
#include <gst/vowel/gstvowelstt.h>
#include <gst/vowel/gstvoweltts.h>
#include <gst/vowel/gstvowelttstask.h>
#include <gst/vowel/gstvowelwarmth.h>
#include <gst/vowel/gstvowelworker.h>
