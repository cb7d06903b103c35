/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "behaviours.h"
#include "clock.h"
#include "engine.h"
#include "error.h"
#include "event.h"
#include "session-config.h"
#include "usage-ledger.h"

G_BEGIN_DECLS

/**
 * VowelSession:
 *
 * One conversation. Faces give it commands (the functions below) and get
 * events; it speaks no wire format. Owner thread only. A command that is
 * refused changes nothing and says why; what it causes arrives as events, in
 * order, possibly before the command returns. A callback may call commands,
 * but must not drop the last reference.
 */
#define VOWEL_TYPE_SESSION (vowel_session_get_type ())
G_DECLARE_FINAL_TYPE (VowelSession, vowel_session, VOWEL, SESSION, GObject)

typedef enum {
  VOWEL_PARTICIPANT_CLIENT,
  VOWEL_PARTICIPANT_SERVER, /* a backend that executes tools */
  VOWEL_PARTICIPANT_OBSERVER,
  VOWEL_PARTICIPANT_HOUSE, /* executes tools, too, but nobody waits for it */
} VowelParticipantRole;

/**
 * VowelManners:
 * @VOWEL_MANNERS_QUEUE: a request for a response waits while another one runs,
 *   or outputs of its tools are missing; else it is refused
 * @VOWEL_MANNERS_ANSWER_INPUT: its messages and commits are answered even if it
 *   does not ask
 * @VOWEL_MANNERS_ANSWER_OUTPUTS: so are its outputs of tools
 *
 * What a participant's client takes for granted.
 */
typedef enum {
  VOWEL_MANNERS_NONE = 0,
  VOWEL_MANNERS_QUEUE = 1 << 0,
  VOWEL_MANNERS_ANSWER_INPUT = 1 << 1,
  VOWEL_MANNERS_ANSWER_OUTPUTS = 1 << 2,
} VowelManners;

/* @id: NULL to make one ("sess_…"). (transfer none) of all three. */
VowelSession *vowel_session_new (const gchar *id,
    const VowelSessionConfig *config, VowelEngine *engine, VowelClock *clock);
/* Before the start.  Milliseconds, default an hour; 0 = no limit.  Then an
 * EXPIRED error event, then ENDED. */
void vowel_session_set_max_duration (VowelSession *session, guint duration_ms);
guint vowel_session_get_max_duration (VowelSession *session);
/* Before the start.  Default 0 = for ever.  How long a session goes on without
 * its caller, counted from the end of what the caller did last, or of what was
 * said to it in answer.  Speech counts, a microphone that is merely open does
 * not; without voice detection audio counts.  Then ENDED. */
void vowel_session_set_idle_timeout (VowelSession *session, guint timeout_ms);
guint vowel_session_get_idle_timeout (VowelSession *session);
/* Before the start.  Default 0 = never.  How long nothing happens, counted in
 * the same way, until HIBERNATED; then AWAKENED as soon as somebody speaks or
 * writes.  Without voice detection there is neither, because nobody listens
 * for speech. */
void vowel_session_set_hibernation (VowelSession *session, guint after_ms);
/* How far ahead of what the caller can have heard speech is sent.  Default 0:
 * as far ahead as it is made.  With a lead, AUDIO_DONE and RESPONSE_DONE come
 * when the last audio is sent, not when the voice has made it. */
void vowel_session_set_output_lead (VowelSession *session, guint lead_ms);
/* Before the start.  How many responses, and how many tokens of them, there may
 * be in a minute; 0 = no limit, the default.  One beyond that fails. */
void vowel_session_set_rate_limits (
    VowelSession *session, guint responses, guint tokens);
/* Before the start.  How many tokens the model's context has room for, with
 * instructions and tools (0 = any number, the default), and whether what fits
 * no more is summarised by the model. */
void vowel_session_set_context (
    VowelSession *session, guint tokens, gboolean summaries);
/* Before the start.  What the caller hears when the model fails before a word
 * of its answer: NULL for nothing, the default.  The response fails all the
 * same, and the model does not learn of it. */
void vowel_session_set_apology (VowelSession *session, const gchar *text);
/* Before the start.  Default: a session that does nothing of its own accord. */
void vowel_session_set_behaviours (
    VowelSession *session, const VowelBehaviours *behaviours);
/* Before the start.  (element-type VowelItem): what was said before, oldest
 * first; then nobody is greeted. */
void vowel_session_set_history (VowelSession *session, GPtrArray *items);
/* Holds back what is said while its only client is away for a moment. */
void vowel_session_pause_output (VowelSession *session, gboolean paused);
/* The clock is about to end the session: it has lasted too long (EXPIRED), or
 * there were too many silences (IDLE). %TRUE: whoever is asked ends it soon,
 * and until then it goes on; a caller who leaves meanwhile was transferred. */
typedef gboolean (*VowelSessionPartingFunc) (
    VowelEndReason reason, gpointer user_data);
/* Before the start. Asked once at most. */
void vowel_session_set_parting_func (
    VowelSession *session, VowelSessionPartingFunc func, gpointer user_data);
/* Starts the engine; SESSION_STARTED follows for everybody who joined. */
gboolean vowel_session_start (VowelSession *session, GError **error);
/* ENDED goes to everybody, running responses are cancelled first (with their
 * RESPONSE_DONE), the engine stops. */
void vowel_session_end (VowelSession *session, VowelEndReason reason);
/* No new response is started; @done runs when the running one has ended. */
void vowel_session_drain (
    VowelSession *session, VowelTimerFunc done, gpointer user_data);

const gchar *vowel_session_get_id (VowelSession *session);
const gchar *vowel_session_get_conversation_id (VowelSession *session);
/* Wall clock, seconds since 1970, of the session's planned end; 0 = none. */
gint64 vowel_session_get_expires_at (VowelSession *session);
const VowelSessionConfig *vowel_session_get_config (VowelSession *session);
/* Who joins a session that has started gets no SESSION_STARTED. */
gboolean vowel_session_is_started (VowelSession *session);
gboolean vowel_session_is_ended (VowelSession *session);
/* What its providers did so far; it goes on counting until the session has
 * ended.  Any thread may read it. (transfer none) */
VowelUsageLedger *vowel_session_get_usage (VowelSession *session);
/* Before the start: where to count, instead of in a ledger of its own. */
void vowel_session_set_usage (VowelSession *session, VowelUsageLedger *usage);
/* (transfer none) */
VowelClock *vowel_session_get_clock (VowelSession *session);

/* Participants.  The handle is valid until it leaves or the session ends. */
VowelParticipant *vowel_session_join (VowelSession *session,
    VowelParticipantRole role, VowelEventFunc func, gpointer user_data);
/* The session ends when the last client leaves, or the last server of a session
 * that has no client; but see vowel_session_set_linger(). */
void vowel_session_leave (VowelSession *session, VowelParticipant *participant);

/* Default 0. Else the session ends that long after the last client or server
 * has left, and clients do not matter more than servers. */
void vowel_session_set_linger (VowelSession *session, guint linger_ms);
/* Tools (element-type VowelTool) that any server executes, whether one is there
 * or not yet. */
gboolean vowel_session_set_server_tools (
    VowelSession *session, GPtrArray *tools, GError **error);
/* How long the answers of its tools are awaited, of those that it offers from
 * here on; 0 = for ever.  Default: for ever for a client, 30 s for others. */
void vowel_session_set_tool_timeout (
    VowelSession *session, VowelParticipant *participant, guint timeout_ms);
/* From what it sends next on. */
void vowel_session_set_manners (
    VowelSession *session, VowelParticipant *participant, VowelManners manners);

/* configure.  @tools NULL: unchanged.  SESSION_CHANGED follows. */
gboolean vowel_session_configure (VowelSession *session,
    VowelParticipant *participant, const VowelSessionConfig *config,
    GPtrArray *tools, GError **error);
/* (element-type VowelTool): those of one participant. */
GPtrArray *vowel_session_get_tools (
    VowelSession *session, VowelParticipant *participant);

/* The client has said how it wants the session, if it does at all: who is to be
 * greeted is greeted now. */
void vowel_session_ready (VowelSession *session, VowelParticipant *participant);

/* audio in, in the session's input format, any number of bytes: a sample cut
 * in two is joined with the next call's first bytes. */
gboolean vowel_session_push_audio (VowelSession *session,
    VowelParticipant *participant, GBytes *audio, GError **error);
/* What is heard of the caller: whole samples. */
typedef void (*VowelInputFunc) (
    GBytes *samples, const VowelAudioFormat *format, gpointer user_data);
/* Who wants to have it as well; NULL for nobody. @user_data must outlive the
 * session. */
void vowel_session_set_input_func (
    VowelSession *session, VowelInputFunc func, gpointer user_data);
gboolean vowel_session_commit_audio (
    VowelSession *session, VowelParticipant *participant, GError **error);
gboolean vowel_session_clear_audio (
    VowelSession *session, VowelParticipant *participant, GError **error);

/* items.  @previous_item_id: NULL = at the end, "root" = at the front. */
gboolean vowel_session_add_item (VowelSession *session,
    VowelParticipant *participant, VowelItem *item,
    const gchar *previous_item_id, GError **error);
gboolean vowel_session_retrieve_item (VowelSession *session,
    VowelParticipant *participant, const gchar *item_id, GError **error);
gboolean vowel_session_delete_item (VowelSession *session,
    VowelParticipant *participant, const gchar *item_id, GError **error);
gboolean vowel_session_truncate_item (VowelSession *session,
    VowelParticipant *participant, const gchar *item_id, guint part_index,
    guint audio_end_ms, GError **error);
guint vowel_session_get_n_items (VowelSession *session);
/* (nullable) (transfer none): for item references. */
VowelItem *vowel_session_get_item (VowelSession *session, const gchar *item_id);

/* Whether a participant is to know of an item: a call of the model is shown to
 * the one who executes it, because clients execute every call that they see. */
gboolean vowel_session_is_shown (
    VowelSession *session, VowelParticipant *participant, VowelItem *item);
/* (nullable): @item_id, or of the nearest item before it that is shown */
const gchar *vowel_session_get_shown_id (
    VowelSession *session, VowelParticipant *participant, const gchar *item_id);
/* (transfer full) (element-type VowelItem): the conversation so far */
GPtrArray *vowel_session_dup_items (VowelSession *session);

/**
 * VowelSpeculations:
 * @begun: answers that were prepared before a turn was over
 * @used: those that were given
 * @wasted_input_tokens: what the others took
 * @wasted_output_tokens: what they made, as far as the model came
 *
 * What answering early has cost so far.
 */
typedef struct {
  guint begun;
  guint used;
  guint64 wasted_input_tokens;
  guint64 wasted_output_tokens;
} VowelSpeculations;

/* Also after the end. */
void vowel_session_get_speculations (
    VowelSession *session, VowelSpeculations *ret_speculations);

/* responses.  @request NULL: all defaults. */
gboolean vowel_session_respond (VowelSession *session,
    VowelParticipant *participant, const VowelResponseRequest *request,
    GError **error);
/* @response_id NULL: the conversation's running one. */
gboolean vowel_session_cancel (VowelSession *session,
    VowelParticipant *participant, const gchar *response_id, GError **error);

/* The caller has heard the item's audio up to here. */
gboolean vowel_session_heard (VowelSession *session,
    VowelParticipant *participant, const gchar *item_id, guint audio_ms,
    GError **error);

G_END_DECLS
