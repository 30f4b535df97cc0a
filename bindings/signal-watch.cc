/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/signal-watch.h"

#include "bindings/session.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

constexpr char END = 0; // no signal has this number

int
SetWakeup(int descriptor)
{
    return py::module_::import("signal")
        .attr("set_wakeup_fd")(descriptor, py::arg("warn_on_full_buffer") = false)
        .cast<int>();
}

bool
IsMainThread()
{
    const auto threading = py::module_::import("threading");
    return threading.attr("current_thread")().is(threading.attr("main_thread")());
}

void
WriteByte(int descriptor, char byte)
{
    while (write(descriptor, &byte, 1) < 0 && errno == EINTR)
    {
    }
}

} // namespace

SignalWatch::SignalWatch()
{
    if (!IsMainThread())
    {
        return;
    }
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
    {
        throw std::system_error(errno, std::generic_category(), "A pipe for signals");
    }
    m_read = ends[0];
    m_write = ends[1];
    fcntl(m_write, F_SETFL, O_NONBLOCK); // Python wants it so
    m_other = SetWakeup(m_write);
    // Signals are for the main thread: the new one inherits a mask that has them all.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    m_thread = std::thread([this] { Watch(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

SignalWatch::~SignalWatch()
{
    if (!m_thread.joinable())
    {
        return;
    }
    try
    {
        SetWakeup(m_other);
    }
    catch (py::error_already_set& error)
    {
        error.discard_as_unraisable("ns3conntrack"); // somebody closed it during the run
    }
    fcntl(m_write, F_SETFL, 0); // the end must not get lost in a full pipe
    WriteByte(m_write, END);
    m_thread.join();
    close(m_write);
    close(m_read);
}

void
SignalWatch::Watch() const
{
    char byte = END;
    while (true)
    {
        const auto count = read(m_read, &byte, 1);
        if (count < 0 && errno == EINTR)
        {
            continue;
        }
        if (count != 1 || byte == END)
        {
            return;
        }
        if (m_other >= 0)
        {
            WriteByte(m_other, byte);
        }
        Session::RequestSignalCheck();
    }
}

} // namespace python
} // namespace conntrack
} // namespace ns3
