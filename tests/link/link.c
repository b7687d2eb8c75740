/* Joins network namespaces of its own through TUN devices: delay, loss, rate limit, cuts.
 *
 *   link NODES
 *
 * Each node from 0 on is a namespace with one device, net0, that lives as long as this process;
 * packets for 10.98.N.x go to node N. Its namespace is printed as the number of a descriptor of
 * this process, one line a node. Node 0 is the server: paths to and from it have the delay alone.
 * The loss comes before the queue of a path, as on a radio link before a slow line.
 *
 * Lines on standard input change it at once and are answered by "ok"; its end ends the process:
 *
 *   delay MS        one way
 *   loss PERCENT    of the packets of each path, at random, the same ones in each run
 *   rate KBPS       of each path between two people, 0 for no limit
 *   queue MS        what a path may hold back before it drops at the tail
 *   cut NODE 0|1    1: nothing goes in or out
 *   part A B 0|1    1: nothing goes from A to B
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define NODES_MAX 16
#define PACKET_MAX 2048
#define SERVER 0

struct packet {
    struct packet *next;
    long long due; /* at the other end */
    int length;
    unsigned char data[];
};

struct line {
    struct packet *first, **last;
};

/* From one node to another: what waits for the transmitter, then what is on its way. */
struct path {
    struct line waiting, going;
    long long waiting_bytes, free_at;
};

static int nodes, tun[NODES_MAX], is_cut[NODES_MAX], is_parted[NODES_MAX][NODES_MAX];
static struct path paths[NODES_MAX][NODES_MAX];
static double delay_ms, loss_percent, rate_kbps, queue_ms = 400;

static long long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void append(struct line *line, struct packet *packet) {
    packet->next = NULL;
    *line->last = packet;
    line->last = &packet->next;
}

static struct packet *take_first(struct line *line) {
    struct packet *packet = line->first;
    line->first = packet->next;
    if (!line->first) line->last = &line->first;
    return packet;
}

static void open_node(int node) {
    struct ifreq request = { 0 };
    if (unshare(CLONE_NEWNET)) fail("network namespace");
    int ns = open("/proc/self/ns/net", O_RDONLY);
    tun[node] = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    strcpy(request.ifr_name, "net0");
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (ns < 0 || tun[node] < 0 || ioctl(tun[node], TUNSETIFF, &request)) fail("/dev/net/tun");
    printf("%d\n", ns);
    for (int other = 0; other < NODES_MAX; other++) {
        struct path *path = &paths[node][other];
        path->waiting.last = &path->waiting.first;
        path->going.last = &path->going.first;
    }
}

/* Returns the node that a packet is for, or -1. */
static int target_of(const unsigned char *data, int length) {
    int is_ours = length >= 20 && data[0] >> 4 == 4 && data[16] == 10 && data[17] == 98;
    return is_ours && data[18] < nodes ? data[18] : -1;
}

static void take_in(int node) {
    unsigned char data[PACKET_MAX];
    int length;
    while ((length = read(tun[node], data, sizeof data)) > 0) {
        int target = target_of(data, length), is_slow = node != SERVER && target != SERVER;
        if (target < 0 || is_cut[node] || is_parted[node][target]) continue;
        if (is_slow && drand48() * 100 < loss_percent) continue;
        struct path *path = &paths[node][target];
        int is_full = path->waiting_bytes * 8 / 1e3 > rate_kbps * queue_ms / 1e3;
        if (is_slow && rate_kbps > 0 && is_full) continue;
        struct packet *packet = malloc(sizeof *packet + length);
        packet->length = length;
        memcpy(packet->data, data, length);
        append(&path->waiting, packet);
        path->waiting_bytes += length;
    }
}

/* Moves what is due on a path, and returns when to look again. */
static long long carry(int from, int to) {
    struct path *path = &paths[from][to];
    double rate = from == SERVER || to == SERVER ? 0 : rate_kbps;
    long long now = now_ns();
    while (path->waiting.first && path->free_at <= now) {
        struct packet *packet = take_first(&path->waiting);
        path->waiting_bytes -= packet->length;
        path->free_at = now + (rate > 0 ? (long long)(packet->length * 8 / rate * 1e6) : 0);
        packet->due = path->free_at + (long long)(delay_ms * 1e6);
        append(&path->going, packet);
    }
    while (path->going.first && path->going.first->due <= now) {
        struct packet *packet = take_first(&path->going);
        /* A device that is down or full loses the packet. */
        if (!is_cut[to] && write(tun[to], packet->data, packet->length) < 0) { }
        free(packet);
    }
    long long again = now + 50000000LL;
    if (path->going.first && path->going.first->due < again) again = path->going.first->due;
    if (path->waiting.first && path->free_at < again) again = path->free_at;
    return again;
}

static void obey(const char *order) {
    int node, other, on;
    if (sscanf(order, "delay %lf", &delay_ms) == 1 || sscanf(order, "loss %lf", &loss_percent) == 1 ||
        sscanf(order, "rate %lf", &rate_kbps) == 1 || sscanf(order, "queue %lf", &queue_ms) == 1) {
        puts("ok");
    } else if (sscanf(order, "cut %d %d", &node, &on) == 2 && node >= 0 && node < nodes) {
        is_cut[node] = on;
        puts("ok");
    } else if (sscanf(order, "part %d %d %d", &node, &other, &on) == 3 && node >= 0 &&
               node < nodes && other >= 0 && other < nodes) {
        is_parted[node][other] = on;
        puts("ok");
    } else {
        puts("not understood");
    }
}

/* Reads what has been ordered; ends the process at the end of the input. */
static void read_orders(void) {
    static char text[256];
    static int length;
    int count = read(STDIN_FILENO, text + length, sizeof text - 1 - length);
    if (count <= 0) exit(0);
    text[length += count] = 0;
    for (char *end; (end = strchr(text, '\n')); length = strlen(text)) {
        *end = 0;
        obey(text);
        memmove(text, end + 1, strlen(end + 1) + 1);
    }
    if (length == sizeof text - 1) length = 0;
}

int main(int argc, char **argv) {
    nodes = argc == 2 ? atoi(argv[1]) : 0;
    if (nodes < 1 || nodes > NODES_MAX) {
        fprintf(stderr, "usage: link NODES (1 to %d)\n", NODES_MAX);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    srand48(7);
    /* Ahead of what it measures: a busy machine must not look like a bad link. */
    struct sched_param soon = { .sched_priority = 1 };
    sched_setscheduler(0, SCHED_RR, &soon);
    for (int node = 0; node < nodes; node++) open_node(node);
    struct pollfd ready[NODES_MAX + 1];
    for (int node = 0; node < nodes; node++) ready[node] = (struct pollfd){ tun[node], POLLIN, 0 };
    ready[nodes] = (struct pollfd){ STDIN_FILENO, POLLIN, 0 };
    for (;;) {
        long long again = now_ns() + 50000000LL;
        for (int from = 0; from < nodes; from++)
            for (int to = 0; to < nodes; to++) {
                long long when = carry(from, to);
                if (when < again) again = when;
            }
        long long wait = again - now_ns();
        if (wait < 0) wait = 0;
        struct timespec timeout = { wait / 1000000000LL, wait % 1000000000LL };
        if (ppoll(ready, nodes + 1, &timeout, NULL) < 0) continue;
        /* All of them, so that what was sent before an order is under the order before. */
        for (int node = 0; node < nodes; node++) take_in(node);
        if (ready[nodes].revents) read_orders();
    }
}
