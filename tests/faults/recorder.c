/* Writes down every file call below one folder, in the order in which it happened, with its bytes (LD_PRELOAD).
 *
 * LIANGZHENG_RECORD_ROOT is the folder, LIANGZHENG_RECORD_LOG the file of records: struct record, `path` bytes, `data`
 * bytes. Calls and their records are made under one lock; a flush is told when it begins and when it has ended, because
 * what is written meanwhile it need not cover. Files are named by their inode.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct __attribute__((packed)) record {
    char call; /* c create, t truncate, w write, b flush begins, s flush ended, r rename, u unlink, m mkdir, a said */
    uint64_t inode, offset;
    uint32_t path, data;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int records = -1;
static const char *root;
static size_t root_length;
static char ours[4096]; /* by descriptor: it is of a file or folder below the root */

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static void put(const void *data, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    for (const char *at = data; size;) {
        ssize_t done = real(records, at, size);
        if (done < 0) abort();
        at += done;
        size -= (size_t)done;
    }
}

static void tell(char call, uint64_t inode, uint64_t offset, const char *path, const void *data, size_t size) {
    struct record head = {call, inode, offset, path ? (uint32_t)strlen(path) : 0, (uint32_t)size};
    int kept = errno;
    put(&head, sizeof head);
    if (path) put(path, head.path);
    if (size) put(data, size);
    errno = kept;
}

__attribute__((constructor)) static void start(void) {
    REAL(int, open64, const char *, int, ...);
    root = getenv("LIANGZHENG_RECORD_ROOT");
    const char *log = getenv("LIANGZHENG_RECORD_LOG");
    if (!root || !log) return;
    root_length = strlen(root);
    int handle = real(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (handle < 0) abort();
    records = fcntl(handle, F_DUPFD_CLOEXEC, 1000); /* far from the descriptors that the program sees */
    close(handle);
}

static int below(const char *path) {
    return records >= 0 && path && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static int known(int handle) { return records >= 0 && handle >= 0 && handle < (int)sizeof ours && ours[handle]; }

static uint64_t inode_of(int handle) {
    struct stat facts;
    return fstat(handle, &facts) ? 0 : facts.st_ino;
}

static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    if (!below(path)) {
        int handle = real(path, flags, mode);
        if (handle >= 0 && handle < (int)sizeof ours) ours[handle] = 0;
        return handle;
    }
    pthread_mutex_lock(&lock);
    int fresh = (flags & O_CREAT) && access(path, F_OK);
    int handle = real(path, flags, mode);
    if (handle >= 0 && handle < (int)sizeof ours) {
        ours[handle] = 1;
        if (fresh) tell('c', inode_of(handle), 0, path, NULL, 0);
        else if (flags & O_TRUNC) tell('t', inode_of(handle), 0, NULL, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return handle;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list more; \
            va_start(more, flags); \
            mode = va_arg(more, mode_t); \
            va_end(more); \
        } \
        return opened(real, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

int close(int handle) {
    REAL(int, close, int);
    if (handle == records) return 0;
    if (handle >= 0 && handle < (int)sizeof ours) ours[handle] = 0;
    return real(handle);
}

static ssize_t wrote(int handle, const void *data, off_t offset, ssize_t done) {
    if (done > 0) tell('w', inode_of(handle), (uint64_t)offset, NULL, data, (size_t)done);
    return done;
}

ssize_t write(int handle, const void *data, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (records < 0 || (handle != STDOUT_FILENO && !known(handle))) return real(handle, data, size);
    pthread_mutex_lock(&lock);
    ssize_t done;
    if (handle == STDOUT_FILENO) {
        tell('a', 0, 0, NULL, data, size);
        done = real(handle, data, size);
    } else {
        int appends = fcntl(handle, F_GETFL) & O_APPEND;
        off_t at = lseek(handle, 0, appends ? SEEK_END : SEEK_CUR);
        done = wrote(handle, data, at, real(handle, data, size));
    }
    pthread_mutex_unlock(&lock);
    return done;
}

#define PWRITE(name) \
    ssize_t name(int handle, const void *data, size_t size, off_t offset) { \
        REAL(ssize_t, name, int, const void *, size_t, off_t); \
        if (!known(handle)) return real(handle, data, size, offset); \
        pthread_mutex_lock(&lock); \
        ssize_t done = wrote(handle, data, offset, real(handle, data, size, offset)); \
        pthread_mutex_unlock(&lock); \
        return done; \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define TRUNCATE(name) \
    int name(int handle, off_t size) { \
        REAL(int, name, int, off_t); \
        if (!known(handle)) return real(handle, size); \
        pthread_mutex_lock(&lock); \
        int wrong = real(handle, size); \
        if (!wrong) tell('t', inode_of(handle), (uint64_t)size, NULL, NULL, 0); \
        pthread_mutex_unlock(&lock); \
        return wrong; \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

static uint64_t flushes;

#define FLUSH(name) \
    int name(int handle) { \
        REAL(int, name, int); \
        if (!known(handle)) return real(handle); \
        pthread_mutex_lock(&lock); \
        uint64_t nth = ++flushes; \
        tell('b', inode_of(handle), nth, NULL, NULL, 0); \
        pthread_mutex_unlock(&lock); \
        int wrong = real(handle); \
        pthread_mutex_lock(&lock); \
        if (!wrong) tell('s', inode_of(handle), nth, NULL, NULL, 0); \
        pthread_mutex_unlock(&lock); \
        return wrong; \
    }
FLUSH(fsync)
FLUSH(fdatasync)

int rename(const char *old, const char *path) {
    REAL(int, rename, const char *, const char *);
    if (!below(path)) return real(old, path);
    pthread_mutex_lock(&lock);
    int wrong = real(old, path);
    if (!wrong) tell('r', 0, 0, path, old, strlen(old));
    pthread_mutex_unlock(&lock);
    return wrong;
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    if (!below(path)) return real(path);
    pthread_mutex_lock(&lock);
    int wrong = real(path);
    if (!wrong) tell('u', 0, 0, path, NULL, 0);
    pthread_mutex_unlock(&lock);
    return wrong;
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t);
    if (!below(path)) return real(path, mode);
    pthread_mutex_lock(&lock);
    int wrong = real(path, mode);
    if (!wrong) tell('m', 0, 0, path, NULL, 0);
    pthread_mutex_unlock(&lock);
    return wrong;
}
