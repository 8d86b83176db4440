// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
