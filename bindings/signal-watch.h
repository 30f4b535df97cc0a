/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_SIGNAL_WATCH_H
#define CONNTRACK_BINDINGS_SIGNAL_WATCH_H

#include <pybind11/pybind11.h>
#include <thread>

/**
 * @file
 * Lets signals, Ctrl-C above all, reach Python while Simulator::Run has its main thread.
 *
 * Layer: bindings.
 * Shape: lives as long as the run; a pipe and a thread that sleeps. Python's own C handler writes
 * each signal into the pipe (signal.set_wakeup_fd); the thread then puts an event into the running
 * simulation, through ns-3's one entry for other threads, that lets Python's handlers run.
 * So no handler is replaced, handlers written in Python work too, and without a signal nothing is
 * added to the simulation: event counts, uids and results stay as they are.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// Lets signals reach Python during a run. In a thread where Python handles none it does nothing.
class SignalWatch
{
  public:
    SignalWatch();
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

  private:
    void Watch() const;

    int m_read{-1};
    int m_write{-1};
    int m_other{-1}; ///< whose wakeup_fd stood before; it gets the signals too
    std::thread m_thread;
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_SIGNAL_WATCH_H
