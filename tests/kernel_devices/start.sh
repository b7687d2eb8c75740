#!/bin/bash
# The first process inside the virtual machine: mounts what a system has, looks, powers off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/shm
for folder in /dev/shm /run /tmp; do mount -t tmpfs -o mode=1777 tmpfs "$folder"; done
/lib/systemd/systemd-udevd --daemon
mkdir /run/passerby && tar --extract --file /dev/vdb --directory /run/passerby
cd /run/passerby || exit 1
export PYTHONPATH=/run/passerby PYTHONDONTWRITEBYTECODE=1
/opt/passerby/bin/python -m tests.kernel_devices.inside "$@" </dev/null
echo "LOOKED $?"
sync
echo o >/proc/sysrq-trigger
sleep 60
