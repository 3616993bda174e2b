// SPDX-License-Identifier: Apache-2.0
// nginx with nchan: one worker, a channel in its memory; published by POST on a kept connection.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/hub/crowd.h"

#define MODULE "/usr/lib/nginx/modules/ngx_nchan_module.so"

static bool start(struct server *s)
{
    char path[PATH_TEXT + 8], log[PATH_TEXT + 8], conf[3000];
    if (access(MODULE, R_OK) != 0) {
        snprintf(s->why, sizeof s->why, "libnginx-mod-nchan is not installed");
        return false;
    }
    s->port = free_port();
    s->unit = s->payload;
    snprintf(conf, sizeof conf,
             "load_module %s;\n"
             "%s"
             "worker_processes 1;\ndaemon off;\npid %s/pid;\nerror_log stderr warn;\n"
             "worker_rlimit_nofile %u;\nevents { worker_connections %u; }\n"
             "http {\n"
             "  access_log off;\n  keepalive_requests 1000000;\n  nchan_shared_memory_size 256M;\n"
             "  server {\n"
             "    listen 127.0.0.1:%d backlog=4096 so_keepalive=off;\n"
             "    location = /sub { nchan_subscriber websocket; nchan_channel_id hub;\n"
             "                      nchan_subscriber_first_message newest; }\n"
             "    location = /pub { nchan_publisher http; nchan_channel_id hub;\n"
             "                      nchan_message_buffer_length 64; nchan_message_timeout 10s; }\n"
             "  }\n}\n",
             MODULE, geteuid() == 0 ? "user root;\n" : "", s->dir, s->viewers + 256,
             s->viewers + 256, s->port);
    snprintf(path, sizeof path, "%s/conf", s->dir);
    snprintf(log, sizeof log, "%s/log", s->dir);
    write_file(path, conf);
    const char *argv[] = {"nginx", "-p", s->dir, "-c", path, NULL};
    s->pid = process_start(argv, log);
    if (await_port(s->port, s->pid))
        return true;
    snprintf(s->why, sizeof s->why, "nginx did not start");
    return false;
}

static bool greet(struct line *l, const struct frame *frame)
{
    (void)l, (void)frame;
    return true;
}

static void publish(struct crowd *c, struct line *l, uint32_t message)
{
    char request[MOST_TEXT + 200];
    int n = snprintf(request, sizeof request,
                     "POST /pub HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     c->server->payload, message_text(message, c->server->payload));
    line_send(l, request, (size_t)n);
}

const struct peer peer_nchan = {.name = "nchan",
                                .path = "/sub",
                                .publishes_plainly = true,
                                .publishers = 1,
                                .start = start,
                                .greet = greet,
                                .publish = publish};
